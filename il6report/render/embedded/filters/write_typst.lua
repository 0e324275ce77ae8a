-- What is particular to typst, which sets the PDF: floats, pictures with alternative texts, links.

local columns = require("columns")
local tables = require("tables")
local tell = require("tell")
local writer = {}
local stringify = pandoc.utils.stringify
local room = 92  -- characters of table text that fit side by side on a page

local function typst(text) return pandoc.RawBlock("typst", text) end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", " ") .. '"'
end

local function label(identifier)
  return identifier ~= "" and " <" .. identifier .. ">" or ""
end

local function length(text)
  if text:match("^%d+%.?%d*%%$") then return text end
  local inches = tonumber(text:match("^([%d.]+)in$"))
  if inches then return inches > 6.2 and "100%" or text end
  local pixels = tonumber(text:match("^([%d.]+)p?x?$"))
  if pixels then return pixels / 96 .. "in" end
  return text:match("^[%d.]+[cm]m$") or text:match("^[%d.]+pt$") or "100%"
end

-- Pictures are written beside the typst file, under a name made of their content.
local function picture(image)
  local ok, kind, content = pcall(pandoc.mediabag.fetch, image.src)
  if not ok or not content then
    tell.note("picture", image.src)
    return pandoc.Str("[" .. image.src .. "]")
  end
  local plain = image.src:match("([^/\\]+)$"):gsub("[^%w.%-_]", "_")
  local extension = plain:match("%.(%w+)$") and "" or "." .. ((kind or ""):match("/(%w+)") or "png")
  local name = pandoc.utils.sha1(content) .. "-" .. plain .. extension
  local file = io.open(name, "wb")
  file:write(content)
  file:close()
  local arguments = quoted(name)
  for _, side in ipairs { "width", "height" } do
    local size = image.attributes[side]
    if size then arguments = arguments .. ", " .. side .. ": " .. length(size) end
  end
  local alt = image.attributes["fig-alt"] or stringify(image.caption)
  if alt ~= "" then arguments = arguments .. ", alt: " .. quoted(alt) end
  local is_block = image.classes:includes("cell-picture")
  return pandoc.RawInline("typst", (is_block and "#il6-picture(" or "#image(") .. arguments .. ")")
end

local function grid(div)
  local content, count, caption = columns.panels(div)
  local out = pandoc.Blocks { typst("#grid(columns: (1fr,) * " .. count .. ", gutter: 1em,") }
  for _, block in ipairs(content) do
    out:extend { typst("["), block, typst("],") }
  end
  out:insert(typst(")"))
  return out, caption
end

local function float(div)
  local content = div.content
  local caption
  if div.attributes["layout-ncol"] or div.attributes["layout-nrow"] then
    content, caption = grid(div)
  else
    caption = content:remove(#content)
  end
  local kind = div.attributes["is-table"] == "true" and "table" or "image"
  local panel = div.attributes["is-panel"]
  local out = pandoc.Blocks { typst("#figure([") }
  out:extend(content)
  out:insert(typst("], kind: " .. (panel and '"panel"' or kind) .. ", supplement: none, numbering: none, caption: " ..
    (#caption.content[1].content > 0 and "[" or "none")))
  if #caption.content[1].content > 0 then out:extend { caption.content[1], typst("]") } end
  out:insert(typst(")" .. label(div.identifier)))
  return panel and pandoc.Div(out) or out
end

local function callout(div, kind)
  local title = div.content:remove(1).content[1]
  local out = pandoc.Blocks { typst("#il6-callout(" .. quoted(kind) .. ", ["), title, typst("])[") }
  out:extend(div.content)
  out:insert(typst("]" .. label(div.identifier)))
  return out
end

local function equation(div)
  local math = div.content[1].content[1]
  local source = pandoc.write(pandoc.Pandoc { pandoc.Para { math } }, "typst")
  return typst("#math.equation(block: true, numbering: _ => [(" .. div.attributes.number ..
    ")], alt: " .. quoted(math.text) .. ", " .. source:gsub("%s+$", "") .. ")" .. label(div.identifier))
end

-- An entry of a numbered bibliography: the number hangs beside the text.
local function bibliography_entry(element)
  local number, text
  element:walk {
    Span = function(span)
      if span.classes:includes("csl-left-margin") then number = span.content end
      if span.classes:includes("csl-right-inline") then text = span.content end
    end,
  }
  if not (number and text) then return nil end
  return pandoc.Blocks {
    typst("#il6-entry["), pandoc.Plain(number), typst("]["), pandoc.Plain(text),
    typst("]" .. label(element.identifier)),
  }
end

local function div(element)
  for _, class in ipairs(element.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind then return callout(element, kind) end
  end
  local classes = element.classes
  if classes:includes("float") then return float(element) end
  if classes:includes("csl-entry") then return bibliography_entry(element) end
  if classes:includes("pagebreak") then return typst("#pagebreak()") end
  if classes:includes("equation") then return equation(element) end
  if classes:includes("table-notes") then
    local out = pandoc.Blocks { typst("#il6-notes[") }
    out:extend(element.content)
    out:insert(typst("]"))
    return out
  end
  if element.attributes["layout-ncol"] or element.attributes["layout-nrow"] then return (grid(element)) end
  if classes:includes("cell-output") then return tables.plain(element) end
  if classes:includes("cell") or classes:includes("panel-tabset") then
    return element.content
  end
end

local typst_names = { ["background-color"] = "typst:fill", color = "typst:text:fill" }

local function coloured(cell)
  local style = cell.attr.attributes.style
  if not style then return end
  cell.attr.attributes.style = nil
  for name, colour in style:gmatch("([%w%-]+):([^;]+)") do
    local hex = colour:match("^#%x+$")
    if hex then cell.attr.attributes[typst_names[name] or name] = 'rgb("' .. hex .. '")'
    else tell.note("colour", "the PDF") end
  end
end

local function rule(cell, text)
  cell.attr.attributes["typst:stroke"] = text
end

-- Rules of a journal table: under spanners, under the head; row groups stand a little apart.
local function table_rules(tbl)
  tbl = columns.fit(tbl, room, false)
  tbl.attr.classes:insert("typst:no-figure")
  local rows = tbl.head.rows
  for place, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      cell.attr.attributes["typst:align"] = "bottom"
      if cell.attr.classes:includes("spanner") and place < #rows then
        rule(cell, "(bottom: 0.4pt)")
      end
    end
  end
  tbl.head.rows = rows
  for index, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for _, cell in ipairs(row.cells) do
        coloured(cell)
        if cell.attr.classes:includes("row-group") then
          cell.contents = cell.contents:walk {
            Plain = function(plain) return pandoc.Plain { pandoc.Strong(plain.content) } end,
          }
        elseif cell.attr.classes:includes("indented") then
          cell.contents = cell.contents:walk {
            Plain = function(plain)
              plain.content:insert(1, pandoc.RawInline("typst", "#h(1em)"))
              return plain
            end,
          }
        end
      end
    end
    tbl.bodies[index] = body
  end
  return tbl
end

local function identifiers(doc)
  local known = {}
  local function note(element) known[element.identifier] = true end
  doc:walk { Div = note, Span = note, Header = note, Image = note, Figure = note, Code = note, CodeBlock = note,
    Link = note, Table = function(tbl) known[tbl.attr.identifier] = true end }
  return known
end

function writer.apply(doc)
  local known = identifiers(doc)
  doc = doc:walk {
    Link = function(link)
      local target = link.target:match("^#(.+)$")
      if target and not known[target] then return link.content end
    end,
    Span = function(span)
      if span.classes:includes("float-label") then return pandoc.Strong(span.content) end
    end,
  }
  doc = doc:walk { Table = table_rules, Image = picture }
  return doc:walk { Div = div }
end

return writer
