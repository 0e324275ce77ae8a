-- The one pandoc filter: from what the weaver wrote to what a writer can write.
-- Order matters: conditions first (hidden content is not counted), then tables out of HTML, then
-- numbers and references, then citations, then what is particular to the format.

local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = folder .. "/?.lua;" .. package.path

local format = FORMAT:match("^typst") and "typst" or FORMAT:match("^docx") and "docx" or "html"
local tell = require("tell")
local conditions = require("conditions")
local tables = require("tables")
local crossref = require("crossref")
local references = require("references")
local writer = require("write_" .. format)

function Pandoc(doc)
  doc:walk { Image = function(image) tell.note("uses", image.src) end }
  doc = conditions.apply(doc, format)
  doc = tables.apply(doc, format)
  doc = crossref.apply(doc)
  doc = references.apply(doc, crossref.index)
  if doc.meta.bibliography or doc.meta.references then
    local known = {}
    for _, entry in ipairs(pandoc.utils.references(doc)) do known[entry.id] = true end
    doc:walk {
      Cite = function(cite)
        for _, citation in ipairs(cite.citations) do
          if not known[citation.id] then tell.note("citation", citation.id) end
        end
      end,
    }
    doc = pandoc.utils.citeproc(doc)
  else
    doc:walk { Cite = function(cite) tell.note("citation", cite.citations[1].id) end }
  end
  return writer.apply(doc)
end
