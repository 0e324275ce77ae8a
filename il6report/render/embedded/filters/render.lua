-- The engine's one filter: what all formats share, once, then each format in turn.
--
-- Conditions come first (hidden content is not counted), then tables out of HTML, then numbers and
-- references, then citations. `formats.json` in the working folder says what is to be written: a
-- list of { name, file, options (of pandoc's writer), rasters }. Each finished file is told to the
-- engine, which goes on with it while the next is written. Pandoc itself has nothing left to write.

package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path

local tell = require("tell")
local conditions = require("conditions")
local tables = require("tables")
local crossref = require("crossref")
local references = require("references")
local writing = require("writing")

local function read(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read("a")
  file:close()
  return content
end

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

local function write(doc, own, item)
  local meta = {}
  for key, value in pairs(doc.meta) do meta[key] = value end
  for key, value in pairs(own or {}) do meta[key] = value end
  local options = item.options
  options.wrap_text = "none"
  options.template = pandoc.template.compile(read(options.template), options.template)
  local writer = writing.writers[item.name]
  local page = writing.apply(pandoc.Pandoc(doc.blocks, meta), writer, item)
  local file = assert(io.open(item.file, "wb"))
  local text = pandoc.write(page, writer.format, options)
  file:write(writer.finished and writer.finished(text) or text)
  file:close()
  tell.note("written", item.name)
end

function Pandoc(doc)
  local formats = pandoc.json.decode(read("formats.json"), false)
  local own = doc.meta.il6report or {}
  doc.meta.il6report = nil
  local writers = pandoc.List(formats):map(function(item) return writing.writers[item.name] end)
  local shown, top = conditions.apply(doc, formats[1].name)
  shown = crossref.apply(tables.apply(shown, writers), top)
  local cited
  shown, cited = references.apply(shown, crossref.index)
  shown = cite(shown, cited)
  for _, item in ipairs(formats) do write(shown, own[item.name], item) end
  return pandoc.Pandoc {}
end
