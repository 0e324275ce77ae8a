-- Numbers: of sections, figures, tables, equations, callouts. They are put into the text here, once,
-- so that no format can count differently.
--
-- Every float leaves as a division of class `float` with the attributes kind (fig, tbl, ...) and
-- is-panel, its content, and a last division of class `float-caption`. `crossref.index` maps an
-- identifier to { word, number, parent }.

local conditions = require("conditions")
local tell = require("tell")
local stringify = pandoc.utils.stringify

local crossref = { index = {}, floats = {} }
local index = crossref.index
local floats = crossref.floats  -- prefix of an identifier -> { title, prefix, space }

local words = {
  fig = "Figure", tbl = "Table", eq = "Equation", sec = "Section", nte = "Note", tip = "Tip",
  wrn = "Warning", cau = "Caution", imp = "Important",
}
local callout_kinds = {
  ["callout-note"] = "nte", ["callout-tip"] = "tip", ["callout-warning"] = "wrn",
  ["callout-caution"] = "cau", ["callout-important"] = "imp",
}
local space = "\u{a0}"

local counters = {}
local sections = {}
local settings = {}

local function said(map, key, default)
  return map[key] ~= nil and stringify(map[key]) or default
end

local function configure(meta)
  local options = meta.crossref or {}
  settings.delimiter = said(options, "title-delim", ":")
  settings.callouts = said(meta, "callout-appearance", "default")
  settings.numbered = meta["number-sections"] == true
  settings.depth = tonumber(said(meta, "number-depth", "6"))
  local offset = meta["number-offset"] or {}
  for level, number in ipairs(type(offset) == "table" and offset or { offset }) do
    sections[level] = tonumber(stringify(number))
  end
  for kind, word in pairs(words) do
    floats[kind] = {
      title = said(options, kind .. "-title", word), prefix = said(options, kind .. "-prefix", word),
      space = space, is_float = kind == "fig" or kind == "tbl",
    }
  end
  for _, own in ipairs(options.custom or {}) do
    local title = said(own, "reference-prefix", said(own, "caption-prefix", ""))
    floats[said(own, "key", "")] = {  -- Quarto has the prefixes this way round
      title = title, prefix = said(own, "caption-prefix", title), is_float = true,
      space = own["space-before-numbering"] == false and "" or space,
      on_top = said(own, "caption-location", "bottom") == "top",
    }
  end
end

-- The kind of float an identifier names: `fig` of `fig-km`; nil for anything else.
local function kind_of(identifier)
  local kind = identifier:match("^(%a+)%-.")
  return kind and floats[kind] and kind
end

local function count(kind)
  counters[kind] = (counters[kind] or 0) + 1
  return tostring(counters[kind])
end

local function register(identifier, entry)
  if index[identifier] then tell.note("duplicate", identifier) end
  index[identifier] = entry
end

local filter  -- of the walk through the document; defined below
local current  -- the float we are in, for its panels

-- Takes the caption out of a float's blocks: its own division, or the last paragraph.
local function take_caption(blocks, by_last)
  for place = #blocks, 1, -1 do
    local block = blocks[place]
    if block.t == "Div" and block.classes:includes("caption") then
      blocks:remove(place)
      return pandoc.utils.blocks_to_inlines(block.content)
    end
  end
  local last = blocks[#blocks]
  local is_picture = last and last.t == "Para" and #last.content == 1 and last.content[1].t == "Image"
  if by_last and last and last.t == "Para" and not is_picture and #blocks > 1 then
    blocks:remove(#blocks)
    return last.content
  end
  return pandoc.Inlines {}
end

-- What stands side by side: each block is a cell, whatever a format makes of it. Rows of different
-- lengths, such as `layout="[[1, 1], [1]]"`, are grids one below the other.
local function arranged(blocks, attributes)
  if attributes.layout then
    local rows, out = pandoc.json.decode(attributes.layout), pandoc.Blocks {}
    attributes.layout = nil
    for _, row in ipairs(type(rows[1]) == "table" and rows or { rows }) do
      local cells = pandoc.Blocks {}
      for _, width in ipairs(row) do  -- a negative one is a gap
        if width > 0 and #blocks > 0 then cells:insert(blocks:remove(1)) end
      end
      out:insert(pandoc.Div(cells, pandoc.Attr("", {}, { ["layout-ncol"] = tostring(#cells) })))
    end
    return out .. blocks
  end
  if not (attributes["layout-ncol"] or attributes["layout-nrow"]) then return blocks end
  local function cell(block) return pandoc.Div({ block }, pandoc.Attr("", { "panel" })) end
  return pandoc.Blocks(blocks:map(cell))
end

-- A float with its caption; without an identifier that is counted it has no number, and is of the
-- other kind. Within a float it is a panel.
local function float(identifier, content, caption, other, attributes)
  local attr = pandoc.Attr(identifier, { "float" }, attributes or {})
  local kind, outer, label = kind_of(identifier), current, nil
  if not (kind and floats[kind].is_float) then
    kind = other
  elseif current then
    current.panels = current.panels + 1
    local letter = string.char(96 + current.panels)
    register(identifier, { kind = kind, number = current.number, panel = letter })
    attr.attributes["is-panel"] = "true"
    label = "(" .. letter .. ")"
  else
    current = { number = count(kind), panels = 0 }
    register(identifier, { kind = kind, number = current.number })
    local delimiter = #caption > 0 and settings.delimiter or ""
    label = floats[kind].title .. floats[kind].space .. current.number .. delimiter
  end
  content = arranged(content, attr.attributes):walk(filter)
  current = outer
  if label then
    if #caption > 0 then caption:insert(1, pandoc.Space()) end
    caption:insert(1, pandoc.Span(label, pandoc.Attr("", { "float-label" })))
  end
  content:insert(pandoc.Div({ pandoc.Plain(caption) }, pandoc.Attr("", { "float-caption" })))
  attr.attributes.kind = kind
  attr.attributes["is-table"] = (kind:match("tbl") or floats[kind].on_top) and "true" or nil
  return pandoc.Div(content, attr), false
end

-- A caption or a title that is an attribute.
local function read(text)
  return pandoc.utils.blocks_to_inlines(pandoc.read(text, "markdown").blocks)
end

local function division_float(div)
  local content, attribute = div.content, div.attributes["fig-cap"] or div.attributes["tbl-cap"]
  local caption = attribute and read(attribute) or take_caption(content, not div.classes:includes("cell"))
  local output = #content == 1 and content[1].t == "Div" and content[1].classes:includes("cell-output")
  local sole = output and content[1].content or content
  if #sole == 1 and sole[1].t == "Table" and #caption == 0 then
    caption = pandoc.utils.blocks_to_inlines(sole[1].caption.long)
    sole[1].caption = { long = {} }
    content = sole
  end
  return float(div.identifier, content, caption, div.attributes.kind or "fig", div.attributes)
end

local function header(block)
  if block.classes:includes("unnumbered") then return block end
  local level = block.level - settings.top + 1
  sections[level] = (sections[level] or 0) + 1
  for deeper = level + 1, 6 do sections[deeper] = 0 end
  local parts = {}
  for place = 1, level do parts[place] = tostring(sections[place] or 0) end
  local number = table.concat(parts, ".")
  if block.identifier ~= "" then register(block.identifier, { kind = "sec", number = number }) end
  if settings.numbered and level <= settings.depth then
    local span = pandoc.Span(number, pandoc.Attr("", { "header-section-number" }))
    block.content:insert(1, pandoc.Space())
    block.content:insert(1, span)
    block.attributes.number = number
  end
  return block
end

-- `$$ ... $$ {#eq-x}` becomes a span of class `equation` with its number.
local function with_equations(inlines)
  local out, place = pandoc.Inlines {}, 1
  while place <= #inlines do
    local inline, after = inlines[place], inlines[place + 1]
    local skip = after and (after.t == "Space" or after.t == "SoftBreak") and 2 or 1
    local mark = inlines[place + skip]
    local identifier = inline.t == "Math" and inline.mathtype == "DisplayMath" and mark
      and mark.t == "Str" and mark.text:match("^{#(eq%-[^}%s]+)}")
    if identifier then
      local number = count("eq")
      register(identifier, { kind = "eq", number = number })
      out:insert(pandoc.Span({ inline }, pandoc.Attr(identifier, { "equation" }, { number = number })))
      local left = mark.text:gsub("^{#[^}]*}", "")
      if left ~= "" then out:insert(pandoc.Str(left)) end
      place = place + skip + 1
    else
      out:insert(inline)
      place = place + 1
    end
  end
  return out
end

local function callout(div, class)
  local kind = callout_kinds[class]
  local title
  local first = div.content[1]
  if div.attributes.title then
    title = read(div.attributes.title)
  elseif first and first.t == "Header" then
    title = first.content
    div.content:remove(1)
  end
  local label, look = words[kind], div.attributes.appearance or settings.callouts
  local number = kind_of(div.identifier) == kind and count(kind)
  if number then
    register(div.identifier, { kind = kind, number = number })
    label = label .. space .. number
  end
  if number and title then
    title = pandoc.Inlines { label .. settings.delimiter, pandoc.Space() } .. title
  elseif not title then
    title = (number or look == "default") and { label } or {}  -- plainer ones name no kind
  end
  div.content:insert(1, pandoc.Div({ pandoc.Plain(title) }, pandoc.Attr("", { "title-of-callout" })))
  div.attributes.title = nil
  return div
end

-- The headings of tabs are names, not sections.
local function tabset(div)
  local level = div.content[1] and div.content[1].t == "Header" and div.content[1].level
  for _, block in ipairs(div.content) do
    if block.t == "Header" and block.level == level then block.classes:insert("unnumbered") end
  end
  return div
end

local function division(div)
  if div.identifier == "refs" then return nil, false end
  for _, class in ipairs(div.classes) do
    if callout_kinds[class] then return callout(div, class) end
  end
  local kind = kind_of(div.identifier)
  if kind and floats[kind].is_float or div.classes:includes("captioned") then
    return division_float(div)
  end
  if div.classes:includes("panel-tabset") then return tabset(div) end
  local cells = arranged(div.content, div.attributes)
  if #div.classes == 1 and div.classes[1] == "cell" and div.identifier == "" and cells == div.content then
    return cells:walk(filter), false
  end
  div.content = cells
  return div
end

local function figure(block)
  local caption = pandoc.utils.blocks_to_inlines(block.caption.long)
  return float(block.identifier, block.content, caption, "fig")
end

local function captioned_table(tbl)
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  local identifier = tbl.identifier
  if #caption == 0 and identifier == "" then return nil, false end
  if identifier == "" and tbl.classes:includes("from-cell") and not current then
    identifier = "tbl-captioned-" .. (counters.tbl or 0) + 1  -- one made by code is counted
  end
  tbl.caption = { long = {} }
  tbl.identifier = ""
  return float(identifier, pandoc.Blocks { tbl }, caption, "tbl")
end

-- Looking into every paragraph would take longer than all the rest: its text tells where to look.
local function paragraph(para)
  local text = stringify(para)
  if text:find("{#eq-", 1, true) then
    para.content = with_equations(para.content)
    -- Word sets each in a paragraph of its own.
    return FORMAT == "docx" and pandoc.Div({ para }, pandoc.Attr("", { "equations" })) or para
  end
  if not (text == "" or conditions.pictures[text]) or #para.content ~= 1 then return nil end
  local link = para.content[1].t == "Link" and para.content[1]
  local image = link and link.content[1] or para.content[1]
  if image.t ~= "Image" or not (kind_of(image.identifier) or link and #image.caption > 0) then return nil end
  local identifier, caption = image.identifier, image.caption
  image.identifier, image.caption = "", {}
  image.attributes["fig-alt"] = image.attributes["fig-alt"] or stringify(caption)
  if link then link.content = { image } end
  return float(identifier, pandoc.Blocks { pandoc.Plain { link or image } }, caption, "fig")
end

filter = {
  traverse = "topdown", Div = division, Figure = figure, Table = captioned_table,
  Para = paragraph, Plain = paragraph, Header = header,
}

function crossref.is_reference(identifier)
  return kind_of(crossref.plain(identifier)) ~= nil
end

-- `@Fig-x` is `@fig-x` at the beginning of a sentence.
function crossref.plain(identifier)
  local lowered = identifier:sub(1, 1):lower() .. identifier:sub(2)
  return kind_of(identifier) and identifier or kind_of(lowered) and lowered or identifier
end

function crossref.apply(doc, top)
  configure(doc.meta)
  settings.top = top
  return doc:walk(filter)
end

return crossref
