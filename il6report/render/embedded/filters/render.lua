-- The engine's one filter: what all formats share, once, then each format in turn.
--
-- Conditions come first (hidden content is not counted), then tables out of HTML, then numbers and
-- references, then citations. `formats.json` in the working folder says what is to be written: a
-- list of { name, file, options (of pandoc's writer), rasters }. Each finished file is told to the
-- engine, which goes on with it while the next is written. Pandoc itself has nothing left to write.

package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path

local tell = require("tell")
local kept = require("kept")
local conditions = require("conditions")
local tables = require("tables")
local crossref = require("crossref")
local references = require("references")
local writing = require("writing")
local stringify = pandoc.utils.stringify

local function read(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read("a")
  file:close()
  return content
end

-- The works that are cited. Reading a bibliography takes long, so they are kept for the next time.
local function works(doc, cited)
  if doc.meta.references then return pandoc.utils.references(doc) end
  local texts = cited:map(function(citation) return citation.id end)
  texts:insert(stringify(doc.meta.nocite or ""))
  local files = doc.meta.bibliography
  for _, path in ipairs(pandoc.utils.type(files) == "List" and files or { files }) do
    local is_there, _, text = pcall(pandoc.mediabag.fetch, stringify(path))
    texts:insert(is_there and text or "")
  end
  local name = pandoc.utils.sha1(table.concat(texts, "\n")) .. ".works"
  local text = kept.text(name)
  if text then return pandoc.read(text, "json").meta.references end
  local found = pandoc.utils.references(doc)
  kept.write_text(name, pandoc.write(pandoc.Pandoc({}, { references = found }), "json"))
  return found
end

local function cite(doc, cited)
  local known = {}
  if doc.meta.bibliography or doc.meta.references then
    doc.meta.references = works(doc, cited)
    doc.meta.bibliography = nil  -- read once
    for _, entry in ipairs(doc.meta.references) do known[stringify(entry.id)] = true end
    doc = pandoc.utils.citeproc(doc)
    doc.meta.references = nil
  end
  for _, citation in ipairs(cited) do
    if known[citation.id] then conditions.identifiers["ref-" .. citation.id] = true
    else tell.note("citation", citation.id) end
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
