-- Numbers: of sections, figures, tables, equations, callouts. They are put into the text here, so that
-- no format can count differently; what carries them is handed to the writer of the format.
--
-- A writer is a table of functions: `float`, `callout`, `equation`, `grid`, `table`, `image`, `notes`,
-- `page_break` and `finish` (of the document); where a format needs them `code`, `tabset`, `link` and
-- `section_number`. `crossref.index` maps an identifier to { kind, number, panel }.

local conditions = require("conditions")
local tell = require("tell")
local writer = require("write_" .. FORMAT)
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

local function lowered(identifier) return identifier:sub(1, 1):lower() .. identifier:sub(2) end

-- The kind of float an identifier names: `fig` of `fig-km` and of `Fig-km`; nil for anything else.
local function kind_of(identifier)
  local kind = identifier:match("^(%a+)%-.") or ""
  return floats[kind] and kind or floats[lowered(kind)] and lowered(kind)
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

-- Blocks as they stand side by side: in `layout-ncol` columns, `layout-nrow` rows, or rows of different
-- lengths such as `layout="[[1, 1], [1]]"`, where a negative width is a gap. A heading stands with the
-- block below it.
local function arranged(blocks, attributes)
  local layout, columns = attributes.layout, tonumber(attributes["layout-ncol"])
  local rows = tonumber(attributes["layout-nrow"])
  if not (layout or columns or rows) then return blocks:walk(filter) end
  local cells = pandoc.Blocks {}
  for _, block in ipairs(blocks) do
    local above = cells[#cells] and cells[#cells].content
    if above and above[#above].t == "Header" then above:insert(block)
    else cells:insert(pandoc.Div({ block }, pandoc.Attr("", { "panel" }))) end
  end
  cells = cells:walk(filter)
  if columns or rows then return writer.grid(cells, columns or math.ceil(#cells / rows)) end
  layout = pandoc.json.decode(layout)
  local out = pandoc.Blocks {}
  for _, row in ipairs(type(layout[1]) == "table" and layout or { layout }) do
    local taken = pandoc.Blocks {}
    for _, width in ipairs(row) do
      if width > 0 and #cells > 0 then taken:insert(cells:remove(1)) end
    end
    if #taken > 0 then out:extend(writer.grid(taken, #taken)) end
  end
  return out .. cells
end

-- A float with its caption; without an identifier that is counted it has no number, and is of the
-- other kind. Within a float it is a panel.
local function float(identifier, content, caption, other, attributes)
  local kind, outer, label, is_panel = kind_of(identifier), current, nil, false
  if not (kind and floats[kind].is_float) then
    kind = other
  elseif current then
    current.panels = current.panels + 1
    local letter = string.char(96 + current.panels)
    register(identifier, { kind = kind, number = current.number, panel = letter })
    is_panel, label = true, "(" .. letter .. ")"
  else
    current = { number = count(kind), panels = 0 }
    register(identifier, { kind = kind, number = current.number })
    local delimiter = #caption > 0 and settings.delimiter or ""
    label = floats[kind].title .. floats[kind].space .. current.number .. delimiter
  end
  content = arranged(content, attributes or {})
  current = outer
  if label then
    if #caption > 0 then caption:insert(1, pandoc.Space()) end
    caption:insert(1, pandoc.Strong(label))
  end
  return writer.float {
    identifier = identifier, content = content, caption = caption:walk(filter), is_panel = is_panel,
    is_table = kind:match("tbl") or floats[kind].on_top,
  }, false
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
    block.content:insert(1, writer.section_number and writer.section_number(number) or span)
    block.attributes.number = number
  end
  return block
end

-- The label after a displayed formula, such as `{#eq-x alt="a"}`: as attributes, where it ends, and what
-- follows it in the same word.
local function equation_label(inlines, place)
  local text = ""
  if inlines[place].mathtype ~= "DisplayMath" then return nil end
  for last = place + 1, #inlines do
    text = text .. stringify(inlines[last]):gsub("\xe2\x80[\x9c\x9d]", '"')  -- curled by pandoc
    local mark, left = text:match("^ ?({#eq%-.*})([^}]*)$")
    local span = mark and pandoc.read("[]" .. mark, "markdown").blocks[1].content[1]
    if span and span.t == "Span" then return span, last, left end
  end
end

-- `$$ ... $$ {#eq-x}` becomes an equation with its number: a part of its paragraph or, where the format
-- has it so, a paragraph of its own.
local function with_equations(para)
  local blocks, out, place = pandoc.Blocks {}, pandoc.Inlines {}, 1
  local inlines = para.content:walk(filter)
  local function close()
    while #out > 0 and (out[1].t == "SoftBreak" or out[1].t == "Space") do out:remove(1) end
    if #out > 0 then blocks:insert(pandoc.Para(out)) end
    out = pandoc.Inlines {}
  end
  while place <= #inlines do
    local inline, label, last, left = inlines[place], equation_label(inlines, place)
    if label then
      local number = count("eq")
      register(label.identifier, { kind = "eq", number = number })
      local made = writer.equation(inline, label.identifier, "(" .. number .. ")", label.attributes.alt)
      if made.t == "Div" then
        close()
        blocks:insert(made)
      else
        out:insert(made)
      end
      if left ~= "" then out:insert(pandoc.Str(left)) end
      place = last + 1
    else
      out:insert(inline)
      place = place + 1
    end
  end
  if #blocks == 0 then
    para.content = out
    return para, false
  end
  close()
  return blocks, false
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
  div.content = div.content:walk(filter)
  return writer.callout(div, class:match("%-(%a+)$"), pandoc.Inlines(title):walk(filter)), false
end

-- The headings of tabs are names, not sections.
local function tabset(div)
  local level = div.content[1] and div.content[1].t == "Header" and div.content[1].level
  for _, block in ipairs(div.content) do
    if block.t == "Header" and block.level == level then block.classes:insert("unnumbered") end
  end
  div.content = div.content:walk(filter)
  return writer.tabset and writer.tabset(div, level) or div.content, false
end

local function division(div)
  local classes = div.classes
  for _, class in ipairs(classes) do
    if callout_kinds[class] then return callout(div, class) end
  end
  local kind = kind_of(div.identifier)
  if kind and floats[kind].is_float or classes:includes("captioned") then return division_float(div) end
  if classes:includes("panel-tabset") then return tabset(div) end
  if classes:includes("table-notes") then return writer.notes(div), false end
  if classes:includes("pagebreak") then return writer.page_break(), false end
  div.content = arranged(div.content, div.attributes)
  for _, key in ipairs { "layout", "layout-ncol", "layout-nrow" } do div.attributes[key] = nil end
  local is_plain = #classes == 1 and classes[1]:match("^cell") and div.identifier == ""
  return is_plain and div.content or div, false
end

local function figure(block)
  local caption = pandoc.utils.blocks_to_inlines(block.caption.long)
  return float(block.identifier, block.content, caption, "fig")
end

local function captioned_table(tbl)
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  local identifier = tbl.identifier
  if #caption == 0 and identifier == "" then
    return writer.table(tbl:walk { Image = writer.image }), false
  end
  if identifier == "" and tbl.classes:includes("counted") and not current then
    identifier = "tbl-captioned-" .. (counters.tbl or 0) + 1  -- one made by code with an id of its own
  end
  tbl.caption = { long = {} }
  tbl.identifier = ""
  return float(identifier, pandoc.Blocks { tbl }, caption, "tbl")
end

-- Looking into every paragraph would take longer than all the rest: its text tells where to look.
local function paragraph(para)
  local text = stringify(para)
  if text:find("{#eq-", 1, true) then return with_equations(para) end
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
  Para = paragraph, Plain = paragraph, Header = header, Image = writer.image, CodeBlock = writer.code,
}

function crossref.is_reference(identifier) return kind_of(identifier) ~= nil end

-- `@Fig-x` is `@fig-x` at the beginning of a sentence.
function crossref.plain(identifier) return index[identifier] and identifier or lowered(identifier) end

function crossref.apply(doc, top)
  configure(doc.meta)
  settings.top = top
  return doc:walk(filter)
end

return crossref
