-- Numbers: of sections, figures, tables, equations, callouts. They are put into the text here, once,
-- so that no format can count differently.
--
-- Every float leaves as a division of class `float` with the attributes kind (fig, tbl, ...) and
-- is-panel, its content, and a last division of class `float-caption`. `crossref.index` maps an
-- identifier to { word, number, parent }.

local tell = require("tell")
local stringify = pandoc.utils.stringify

local crossref = { index = {} }
local index = crossref.index

local words = {
  fig = "Figure", tbl = "Table", eq = "Equation", sec = "Section", nte = "Note", tip = "Tip",
  wrn = "Warning", cau = "Caution", imp = "Important",
}
local callout_kinds = {
  ["callout-note"] = "nte", ["callout-tip"] = "tip", ["callout-warning"] = "wrn",
  ["callout-caution"] = "cau", ["callout-important"] = "imp",
}
local space = "\u{a0}"

local floats = {}  -- prefix of an identifier -> { title, prefix, space }
local counters = {}
local sections = {}
local settings = {}

local function configure(meta)
  local options = meta.crossref or {}
  local function option(name, default)
    return options[name] ~= nil and stringify(options[name]) or default
  end
  settings.delimiter = option("title-delim", ":")
  settings.callouts = stringify(meta["callout-appearance"] or "default")
  settings.numbered = meta["number-sections"] == true
  settings.depth = tonumber(stringify(meta["number-depth"] or "")) or 6
  for kind, word in pairs(words) do
    floats[kind] = {
      title = option(kind .. "-title", word), prefix = option(kind .. "-prefix", word),
      space = space, is_float = kind == "fig" or kind == "tbl",
    }
  end
  for _, custom in ipairs(options.custom or {}) do
    local function own(name, default)
      return custom[name] ~= nil and stringify(custom[name]) or default
    end
    local title = own("caption-prefix", own("reference-prefix", ""))
    floats[own("key", "")] = {
      title = title, prefix = own("reference-prefix", title), is_float = true,
      space = custom["space-before-numbering"] == false and "" or space,
      on_top = own("caption-location", "bottom") == "top",
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

local function label_inlines(kind, number, caption)
  local float = floats[kind]
  local label = pandoc.Inlines { pandoc.Str(float.title .. float.space .. number) }
  if #caption > 0 then label:insert(pandoc.Str(settings.delimiter)) end
  local out = pandoc.Inlines { pandoc.Span(label, pandoc.Attr("", { "float-label" })) }
  if #caption > 0 then
    out:insert(pandoc.Space())
    out:extend(caption)
  end
  return out
end

local process  -- of a list of blocks; defined below

local function caption_division(inlines)
  return pandoc.Div({ pandoc.Plain(inlines) }, pandoc.Attr("", { "float-caption" }))
end

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

local function float_division(identifier, kind, content, caption, attributes, panel)
  content:insert(caption_division(caption))
  local attr = pandoc.Attr(identifier, { "float" }, attributes or {})
  attr.attributes.kind = kind
  attr.attributes["is-table"] = (kind:match("tbl") or floats[kind].on_top) and "true" or nil
  attr.attributes["is-panel"] = panel and "true" or nil
  return pandoc.Div(content, attr)
end

local current  -- the float we are in, for its panels

local function make_float(identifier, content, caption, attributes)
  local kind = kind_of(identifier)
  if current then  -- a panel
    current.panels = current.panels + 1
    local letter = string.char(96 + current.panels)
    register(identifier, { kind = kind, number = current.number, panel = letter })
    local text = pandoc.Inlines { pandoc.Span("(" .. letter .. ")", pandoc.Attr("", { "float-label" })) }
    if #caption > 0 then
      text:insert(pandoc.Space())
      text:extend(caption)
    end
    return float_division(identifier, kind, process(content), text, attributes, true)
  end
  local number = count(kind)
  register(identifier, { kind = kind, number = number })
  current = { number = number, panels = 0 }
  content = process(content)
  current = nil
  return float_division(identifier, kind, content, label_inlines(kind, number, caption), attributes)
end

local function division_float(div)
  local content = div.content
  local caption = take_caption(content, not div.classes:includes("cell"))
  local attributes = {}
  for _, name in ipairs { "layout-ncol", "layout-nrow" } do
    attributes[name] = div.attributes[name]
  end
  local whole = content
  if #content == 1 and content[1].t == "Table" and #caption == 0 then
    caption = pandoc.utils.blocks_to_inlines(content[1].caption.long)
    content[1].caption = { long = {} }
  end
  return make_float(div.identifier, whole, caption, attributes)
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

-- `$$ ... $$ {#eq-x}`, alone or within a paragraph.
local function equations(block)
  local out, rest = pandoc.List(), pandoc.Inlines {}
  local function flush()
    while #rest > 0 and (rest[1].t == "SoftBreak" or rest[1].t == "Space") do rest:remove(1) end
    if #rest > 0 then out:insert(pandoc.Para(rest)) end
    rest = pandoc.Inlines {}
  end
  local inlines, place = block.content, 1
  while place <= #inlines do
    local inline = inlines[place]
    local after = inlines[place + 1]
    local skip = after and (after.t == "Space" or after.t == "SoftBreak") and 2 or 1
    local mark = inlines[place + skip]
    local identifier = inline.t == "Math" and inline.mathtype == "DisplayMath" and mark
      and mark.t == "Str" and mark.text:match("^{#(eq%-[^}%s]+)}")
    if identifier then
      flush()
      local number = count("eq")
      register(identifier, { kind = "eq", number = number })
      local attr = pandoc.Attr(identifier, { "equation" }, { number = number })
      out:insert(pandoc.Div({ pandoc.Para { inline } }, attr))
      local left = mark.text:gsub("^{#[^}]*}", "")
      if left ~= "" then rest:insert(pandoc.Str(left)) end
      place = place + skip + 1
    else
      rest:insert(inline)
      place = place + 1
    end
  end
  flush()
  return out
end

local function callout(div, class)
  local kind = callout_kinds[class]
  local title
  local first = div.content[1]
  if div.attributes.title then
    title = pandoc.utils.blocks_to_inlines(pandoc.read(div.attributes.title, "markdown").blocks)
  elseif first and first.t == "Header" then
    title = first.content
    div.content:remove(1)
  end
  local label = pandoc.Inlines { pandoc.Str(words[kind]) }
  if kind_of(div.identifier) == kind then
    local number = count(kind)
    register(div.identifier, { kind = kind, number = number })
    label = pandoc.Inlines { pandoc.Str(words[kind] .. space .. number) }
    if title then
      label:extend { pandoc.Str(settings.delimiter), pandoc.Space() }
      label:extend(title)
    end
    title = label
  end
  local look = div.attributes.appearance or settings.callouts
  if not title and look ~= "default" then label = pandoc.Inlines {} end  -- plainer ones name no kind
  local content = process(div.content)
  content:insert(1, pandoc.Div({ pandoc.Plain(title or label) }, pandoc.Attr("", { "title-of-callout" })))
  div.content = content
  div.attributes.title = nil
  return div
end

local handlers = {}

function handlers.Div(div)
  if div.identifier == "refs" then return div end
  for _, class in ipairs(div.classes) do
    if callout_kinds[class] then return callout(div, class) end
  end
  local kind = kind_of(div.identifier)
  if kind and floats[kind].is_float then return division_float(div) end
  if div.classes:includes("captioned") then
    local content = div.content
    local caption = take_caption(content, false)
    content:insert(caption_division(caption))
    return pandoc.Div(content, pandoc.Attr("", { "float" }, { kind = "fig" }))
  end
  div.content = process(div.content)
  if #div.classes == 1 and div.classes[1] == "cell" and div.identifier == "" and
    not div.attributes["layout-ncol"] then
    return div.content
  end
  return div
end

function handlers.Figure(figure)
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  local kind = kind_of(figure.identifier)
  if kind and floats[kind].is_float then
    return make_float(figure.identifier, figure.content, caption)
  end
  local content = process(figure.content)
  content:insert(caption_division(caption))
  return pandoc.Div(content, pandoc.Attr(figure.identifier, { "float" }, { kind = "fig" }))
end

function handlers.Table(tbl)
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  local identifier = tbl.attr.identifier
  if #caption == 0 and identifier == "" then return tbl end
  tbl.caption = { long = {} }
  tbl.attr.identifier = ""
  local kind = kind_of(identifier)
  if kind and floats[kind].is_float then
    return make_float(identifier, pandoc.Blocks { tbl }, caption)
  end
  local content = pandoc.Blocks { tbl, caption_division(caption) }
  return pandoc.Div(content, pandoc.Attr(identifier, { "float" }, { kind = "tbl", ["is-table"] = "true" }))
end

function handlers.Para(para)
  local text = stringify(para)  -- looking into every paragraph would take longer than all the rest
  if text:find("{#eq-", 1, true) then return equations(para) end
  local image = text == "" and #para.content == 1 and para.content[1].t == "Image" and para.content[1]
  local kind = image and kind_of(image.identifier)
  if not (kind and floats[kind].is_float) then return para end
  local identifier = image.identifier
  image.identifier = ""
  return make_float(identifier, pandoc.Blocks { pandoc.Plain { image } }, pandoc.Inlines {})
end

handlers.Header = header

local function in_lists(block)
  for place, item in ipairs(block.content) do block.content[place] = process(item) end
  return block
end

handlers.BulletList, handlers.OrderedList = in_lists, in_lists

function handlers.BlockQuote(quote)
  quote.content = process(quote.content)
  return quote
end

process = function(blocks)
  local out = pandoc.Blocks {}
  for _, block in ipairs(blocks) do
    local handle = handlers[block.t]
    local made = handle and handle(block) or block
    if pandoc.utils.type(made) == "Block" then out:insert(made) else out:extend(made) end
  end
  return out
end

-- What a reference to an identifier reads: the word before the number, and the number.
function crossref.words_for(kind)
  return floats[kind] and floats[kind].prefix or "", floats[kind] and floats[kind].space or space
end

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
  doc.blocks = process(doc.blocks)
  return doc
end

return crossref
