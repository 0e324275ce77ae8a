-- Which element is handed to which part of the writer of a format.
--
-- A writer is a table of functions for elements: `grid`, `float`, `callout`, `notes`, `page_break`,
-- `table`, `image`; where it needs them, `equation`, `division`, `span`, `link`,
-- `code`, and `begin` and `finish` of the document. Those for paper say `is_paper`.

local writing = {}
local writer = require("write_" .. ({ html5 = "html", typst = "pdf", docx = "docx" })[FORMAT])

-- The columns of panels: `layout-ncol`, or as many as `layout-nrow` leaves; nil without either.
local function columns(div)
  local rows = tonumber(div.attributes["layout-nrow"])
  return tonumber(div.attributes["layout-ncol"]) or rows and math.ceil(#div.content / rows)
end

local function float(div)
  local caption = div.content:remove(#div.content).content[1].content
  local count = columns(div)
  local content = count and writer.grid(div.content, count) or div.content
  return writer.float(div, content, caption, div.attributes["is-table"] == "true")
end

local function division(div)
  local classes = div.classes
  for _, class in ipairs(classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind then return writer.callout(div, kind, div.content:remove(1).content[1].content) end
  end
  if classes:includes("float") then return float(div) end
  if classes:includes("table-notes") then return writer.notes(div) end
  if classes:includes("pagebreak") then return writer.page_break() end
  local count = columns(div)
  if count then return writer.grid(div.content, count) end
  local special = writer.division and writer.division(div)
  if special or not writer.is_paper then return special end
  for _, class in ipairs { "cell", "cell-output", "panel-tabset" } do
    if classes:includes(class) then return div.content end
  end
end

-- On paper there is no style sheet to make the label of a caption bold.
local function span(element)
  local classes = element.classes
  if writer.is_paper and classes:includes("float-label") then return pandoc.Strong(element.content) end
  if classes:includes("equation") and writer.equation then return writer.equation(element) end
  return writer.span and writer.span(element)
end

function writing.apply(doc)
  doc = writer.begin and writer.begin(doc) or doc
  doc = doc:walk {
    Div = division, Span = span, Table = writer.table, Image = writer.image, Link = writer.link,
    CodeBlock = writer.code,
  }
  return writer.finish and writer.finish(doc) or doc
end

return writing
