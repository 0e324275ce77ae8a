-- The last filter: what is particular to the format that is written.

package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path

local format = FORMAT:match("^typst") or FORMAT:match("^docx") or "html"
local writer = require("write_" .. format)

function Pandoc(doc)
  return writer.apply(doc)
end
