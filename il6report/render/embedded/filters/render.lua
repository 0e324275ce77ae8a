-- The engine's filter, run once per format.
--
-- Conditions come first (hidden content is not counted), then numbers, with which every float, callout
-- and equation is handed to the writer of the format, then references and citations.

package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path

local tell = require("tell")
local conditions = require("conditions")
local crossref = require("crossref")
local references = require("references")
local writer = require("write_" .. FORMAT)

-- Pandoc warns of works that the bibliography does not have.
local function cite(doc, cited)
  if doc.meta.bibliography or doc.meta.references then
    doc = pandoc.utils.citeproc(doc)
    doc.meta.bibliography, doc.meta.references = nil, nil
  else
    for _, citation in ipairs(cited) do tell.note("citation", citation.id) end
  end
  return doc
end

function Pandoc(doc)
  local shown, top = conditions.apply(doc)
  return writer.finish(cite(references.apply(crossref.apply(shown, top))))
end
