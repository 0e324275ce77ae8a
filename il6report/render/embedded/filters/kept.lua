-- The folder of what is kept from one rendering to the next. Its files are written whole, for another
-- rendering may read them at the same time; texts come with their hash, which tells whether they are
-- sound.

local kept = { folder = os.getenv("IL6REPORT_KEPT") }
local sha1 = pandoc.utils.sha1

function kept.write(name, content)
  local path = pandoc.path.join { kept.folder, name }
  local partial = path .. sha1(pandoc.system.get_working_directory())  -- only ours
  local file = assert(io.open(partial, "wb"))
  file:write(content)
  file:close()
  os.rename(partial, path)
end

function kept.write_text(name, text) kept.write(name, sha1(text) .. "\n" .. text) end

function kept.text(name)
  local file = io.open(pandoc.path.join { kept.folder, name }, "rb")
  if not file then return nil end
  local hash, text = file:read("l", "a")
  file:close()
  return text and sha1(text) == hash and text or nil
end

return kept
