-- Messages to the engine: one line each on standard error, `il6report<TAB>kind<TAB>text`.
-- The engine finds file and line, and decides whether it is a warning or an error.

local said = {}
local tell = {}

function tell.note(kind, text)
  local line = "il6report\t" .. kind .. "\t" .. text
  if not said[line] then
    said[line] = true
    io.stderr:write(line .. "\n")
  end
end

return tell
