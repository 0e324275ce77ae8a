-- Messages to the engine: one line each on standard error, `il6report<TAB>kind<TAB>text`.
-- The engine finds file and line, and decides whether it is a warning or an error.

return { note = function(kind, text) io.stderr:write("il6report\t", kind, "\t", text, "\n") end }
