-- What the writers share: which element is handed to which part of a writer.
--
-- A writer is a table with `format` (as pandoc calls it) and functions for elements: `grid`, `float`,
-- `callout`, `notes`, `page_break`, `table`, `image`; where it needs them, `equation`, `paragraph`,
-- `division`, `link`, `code`, `begin` and `finish` of the document, and `finished` of its text. Those
-- for paper say `is_paper`.

local writing = { writers = {} }
local tables = require("tables")

for _, name in ipairs { "html", "pdf", "docx" } do writing.writers[name] = require("write_" .. name) end

-- The columns of panels: `layout-ncol`, or as many as `layout-nrow` leaves; nil without either.
local function columns(div)
  local rows = tonumber(div.attributes["layout-nrow"])
  return tonumber(div.attributes["layout-ncol"]) or rows and math.ceil(#div.content / rows)
end

local function float(writer, div)
  local caption = div.content:remove(#div.content).content[1].content
  local count = columns(div)
  local content = count and writer.grid(div.content, count) or div.content
  return writer.float(div, content, caption, div.attributes["is-table"] == "true")
end

local function division(writer, div)
  local classes = div.classes
  for _, class in ipairs(classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind then
      local title = div.content:remove(1).content[1].content
      return writer.callout(div, kind, title)
    end
  end
  if classes:includes("float") then return float(writer, div) end
  if classes:includes("table-notes") then return writer.notes(div) end
  if classes:includes("pagebreak") then return writer.page_break() end
  local count = columns(div)
  if count then return writer.grid(div.content, count) end
  local special = writer.division and writer.division(div)
  if special or not writer.is_paper then return special end
  if classes:includes("cell-output") then return tables.plain(div, writer) end
  if classes:includes("cell") or classes:includes("panel-tabset") then return div.content end
end

-- On paper there is no style sheet to make the label of a caption bold.
local function span(writer, element)
  local classes = element.classes
  if writer.is_paper and classes:includes("float-label") then return pandoc.Strong(element.content) end
  if classes:includes("equation") and writer.equation then return writer.equation(element) end
  if writer.name == "docx" and classes:includes("header-section-number") then  -- as Quarto has it in Word
    local number = pandoc.utils.stringify(element)
    return pandoc.Str(number:find(".", 1, true) and number or number .. ".")
  end
end

-- The elements of a document, or of one table, as a format wants them.
local function settled(content, writer)
  return content:walk {
    Div = function(div) return division(writer, div) end,
    RawBlock = function(block) return tables.finished(block, writer) end,
    Table = writer.table,
    Image = writer.image,
    Span = function(element) return span(writer, element) end,
    Para = writer.paragraph,
    Plain = writer.paragraph,
    Link = writer.link,
    CodeBlock = writer.code,
  }
end

for _, writer in pairs(writing.writers) do
  function writer.settled(content) return settled(content, writer) end
end

function writing.apply(doc, writer, item)
  local made = settled(writer.begin and writer.begin(doc, item) or doc, writer)
  return writer.finish and writer.finish(made) or made
end

return writing
