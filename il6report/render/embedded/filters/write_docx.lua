-- What is particular to Word: captions and callouts in styles, pictures as PNG, tables with widths.

local columns = require("columns")
local tables = require("tables")
local tell = require("tell")
local writer = {}
local stringify = pandoc.utils.stringify
local room = 96

local rasters = {}  -- SVG -> PNG, made by the engine

local function styled(style, blocks)
  return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = style }))
end

local function paragraphs(blocks)
  return blocks:walk { Plain = function(plain) return pandoc.Para(plain.content) end }
end

local function picture(image)
  local source = rasters[image.src] and stringify(rasters[image.src]) or image.src
  local ok, kind, content = pcall(pandoc.mediabag.fetch, source)
  if ok and content then  -- under a name made of its content: the file must not tell where it lay
    image.src = pandoc.utils.sha1(content) .. "." .. (source:match("%.(%w+)$") or "png")
    pandoc.mediabag.insert(image.src, kind, content)
  else
    tell.note("picture", image.src)
  end
  local inches = tonumber((image.attributes.width or ""):match("^([%d.]+)in$"))
  if inches and inches > 6.2 then image.attributes.width = "100%" end
  local alt = image.attributes["fig-alt"]
  if alt then image.caption = pandoc.Inlines { pandoc.Str(alt) } end
  image.attributes["fig-alt"], image.attributes["fig-align"] = nil, nil
  return image
end

-- Panels side by side: a table without rules.
local function grid(div)
  local content, count, caption = columns.panels(div)
  local widest = 6.2 / count - 0.1
  content = content:walk {
    Image = function(image)
      local inches = tonumber((image.attributes.width or ""):match("^([%d.]+)in$")) or widest
      image.attributes.width = math.min(inches, widest) .. "in"
      return image
    end,
  }
  local rows, row = {}, {}
  for place, block in ipairs(content) do
    row[#row + 1] = { block }
    if #row == count or place == #content then
      while #row < count do row[#row + 1] = {} end
      rows[#rows + 1], row = row, {}
    end
  end
  local aligns, widths = {}, {}
  for column = 1, count do aligns[column], widths[column] = "AlignCenter", 1 / count end
  local simple = pandoc.SimpleTable({}, aligns, widths, {}, rows)
  local tbl = pandoc.utils.from_simple_table(simple)
  tbl.attr.attributes["custom-style"] = "Panels"
  return pandoc.Blocks { tbl }, caption
end

local function float(div)
  local content, caption = div.content, nil
  if div.attributes["layout-ncol"] or div.attributes["layout-nrow"] then
    content, caption = grid(div)
  else
    caption = content:remove(#content)
  end
  local is_table = div.attributes["is-table"] == "true"
  local inlines = caption.content[1].content
  local anchor = pandoc.Span(inlines, pandoc.Attr(div.identifier))
  local text = styled(is_table and "Table Caption" or "Image Caption", { pandoc.Para { anchor } })
  local out = pandoc.Blocks {}
  if is_table and #inlines > 0 then out:insert(text) end
  for _, block in ipairs(content) do
    local is_picture = (block.t == "Plain" or block.t == "Para") and #block.content == 1
      and block.content[1].t == "Image"
    out:insert(is_picture and styled("Captioned Figure", { pandoc.Para(block.content) }) or block)
  end
  if not is_table and #inlines > 0 then out:insert(text) end
  if is_table and content[#content].t == "Table" then  -- room below a table without notes
    out:insert(styled("Table Notes", { pandoc.Para {} }))
  end
  return div.attributes["is-panel"] and pandoc.Div(out) or out
end

local function callout(div, kind)
  local title = div.content:remove(1).content[1].content
  local anchor = pandoc.Span(title, pandoc.Attr(div.identifier))
  local out = pandoc.Blocks { styled("Callout Title", { pandoc.Para { anchor } }) }
  out:insert(styled("Callout", paragraphs(div.content)))
  return out
end

local function equation(div)
  local math = div.content[1].content[1]
  math.mathtype = "InlineMath"
  local tab = pandoc.RawInline("openxml", "<w:r><w:tab/></w:r>")
  local anchor = pandoc.Span({ pandoc.Str("(" .. div.attributes.number .. ")") }, pandoc.Attr(div.identifier))
  return styled("Equation", { pandoc.Para { tab, math, tab, anchor } })
end

local function div(element)
  for _, class in ipairs(element.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind then return callout(element, kind) end
  end
  local classes = element.classes
  if classes:includes("float") then return float(element) end
  if classes:includes("equation") then return equation(element) end
  if classes:includes("table-notes") then return styled("Table Notes", element.content) end
  if classes:includes("pagebreak") then
    return pandoc.RawBlock("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
  end
  if element.attributes["layout-ncol"] or element.attributes["layout-nrow"] then return (grid(element)) end
  if classes:includes("cell-output") then return tables.plain(element) end
  if classes:includes("cell") or classes:includes("panel-tabset") then
    return element.content
  end
end

-- Cells become paragraphs of a style, else Word shows them in its body text's size.
local function table_style(tbl)
  tbl = columns.fit(tbl, room, true, 3)
  local function restyle(rows, style)
    for _, row in ipairs(rows) do
      for _, cell in ipairs(row.cells) do
        if cell.attr.attributes.style then tell.note("colour", "Word") end
        local group = cell.attr.classes:includes("row-group")
        local indented = cell.attr.classes:includes("indented")
        local name = group and "Table Group" or indented and "Table Indented" or style
        cell.contents = pandoc.Blocks { styled(name, paragraphs(cell.contents)) }
      end
    end
  end
  local rows = tbl.head.rows
  restyle(rows, "Table Head")
  tbl.head.rows = rows
  for place, body in ipairs(tbl.bodies) do
    restyle(body.body, "Table Text")
    tbl.bodies[place] = body
  end
  return tbl
end

-- What the template or the file's properties show. Pandoc writes all other metadata into the file as
-- properties of its own, paths of this machine among them.
local shown = {
  "title", "subtitle", "author", "by-author", "by-affiliation", "date", "abstract", "keywords",
  "labels", "lang", "subject", "description", "category", "toc", "toc-title", "toc-depth",
}

function writer.apply(doc)
  if doc.meta["study-label"] then  -- moved to the header when the file is finished
    doc.blocks:insert(1, styled("Study Label", { pandoc.Para(doc.meta["study-label"]) }))
  end
  rasters = doc.meta["il6report-rasters"] or {}
  local kept = {}
  for _, key in ipairs(shown) do kept[key] = doc.meta[key] end
  doc.meta = pandoc.Meta(kept)
  doc = doc:walk {
    Table = table_style,
    Image = picture,
    Span = function(span)
      if span.classes:includes("float-label") then return pandoc.Strong(span.content) end
    end,
  }
  return doc:walk { Div = div }
end

return writer
