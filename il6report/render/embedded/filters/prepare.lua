-- What all formats share: conditions first (hidden content is not counted), then tables out of HTML,
-- then numbers and references, then citations. Run once for all formats where none differs, else
-- once for each.

package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path

local tell = require("tell")
local conditions = require("conditions")
local tables = require("tables")
local crossref = require("crossref")
local references = require("references")
local columns = require("columns")

local function tell_unknown(cited, known)
  for _, citation in ipairs(cited) do
    if not known[citation.id] then tell.note("citation", citation.id) end
  end
end

function Pandoc(doc)
  local format = FORMAT:match("^typst") or FORMAT:match("^docx") or FORMAT:match("^html") or "any"
  local top
  doc, top = conditions.apply(doc, format)
  doc = tables.apply(doc):walk { Table = columns.keep_short }
  doc = crossref.apply(doc, top)
  local cited
  doc, cited = references.apply(doc, crossref.index)
  local known = {}
  if doc.meta.bibliography or doc.meta.references then
    doc.meta.references = pandoc.utils.references(doc)
    doc.meta.bibliography = nil  -- read once
    for _, entry in ipairs(doc.meta.references) do known[entry.id] = true end
    doc = pandoc.utils.citeproc(doc)
    doc.meta.references = nil
  end
  tell_unknown(cited, known)
  return doc
end
