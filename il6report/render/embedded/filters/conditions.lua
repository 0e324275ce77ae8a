-- Content for some formats or under some metadata only, and divisions only Quarto understands.

local columns = require("columns")
local from_html = require("from_html")
local tell = require("tell")
local conditions = { identifiers = {}, pictures = {} }  -- pictures: the captions of all

-- Format names as Quarto groups them; a PDF made by typst is `typst`, not `pdf`.
local names = {
  html5 = { html = true, ["html:js"] = true }, typst = { typst = true }, docx = { docx = true },
}

local function read(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read("a")
  file:close()
  return content
end

-- What Quarto gives a meaning and this engine does not, on any element: lists of `support.yml`.
local refused = pandoc.json.decode(read("refused.json"), false)

local function meta_value(meta, key)
  for part in key:gmatch("[^.]+") do
    if type(meta) ~= "table" or meta[part] == nil then return nil end
    meta = meta[part]
  end
  return meta
end

local profiles = "," .. (os.getenv("QUARTO_PROFILE") or "") .. ","
local holds = {
  format = function(wish) return names[FORMAT][wish] end,
  profile = function(name) return profiles:find("," .. name .. ",", 1, true) end,
  meta = function(key, meta) return meta_value(meta, key) == true end,  -- not any value, as in Quarto
}

-- Whether an element has a condition that hides it; the element loses the condition.
local function is_hidden(element, meta)
  local wish, attributes, met = element.classes:includes("content-visible"), element.attributes, true
  if not (wish or element.classes:includes("content-hidden")) then return false end
  for kind, hold in pairs(holds) do
    local when, unless = "when-" .. kind, "unless-" .. kind
    local demand, ban = attributes[when], attributes[unless]
    if demand and not hold(demand, meta) or ban and hold(ban, meta) then met = false end
    attributes[when], attributes[unless] = nil, nil
  end
  element.classes = element.classes:filter(function(class) return not class:match("^content%-[vh]i") end)
  return met ~= wish
end

local function refuse(element)
  conditions.identifiers[element.identifier] = true
  local function note(kind, name, said)
    for _, word in ipairs(refused[kind]) do
      if word == name then tell.note("refused", said) end
    end
  end
  for _, class in ipairs(element.classes) do note("classes", class, "." .. class) end
  for name in pairs(element.attributes) do note("attributes", name, name .. "=") end
  note("prefixes", element.identifier:match("^(%a+)%-"), "#" .. element.identifier)
end

local function refuse_code(block)
  refuse(block)
  local annotation = (block.text .. "\n"):match("[#/%-%%]+%s*<%d+>%s*\n")
  if annotation then tell.note("refused", (annotation:gsub("%s+$", ""))) end
  local name = block.attributes.filename
  if not name then return block end
  block.attributes.filename = nil
  return { pandoc.Para { pandoc.Strong { pandoc.Code(name) } }, block }
end

-- `tbl-colwidths="[30,70]"`, in per cent of the line.
local function with_widths(tbl)
  refuse(tbl)
  local column = 0
  for width in (tbl.attributes["tbl-colwidths"] or ""):gmatch("[%d.]+") do
    column = column + 1
    local spec = tbl.colspecs[column]
    if spec then tbl.colspecs[column] = { spec[1], tonumber(width) / 100 } end
  end
  tbl.attributes["tbl-colwidths"] = nil
  return columns.keep_short(tbl)
end

-- What pandoc has made of the HTML of a cell stands in a file. A table that stands as HTML in the text is
-- made here; on a page only its caption needs it.
local function made(block)
  if block.format == "made" then return pandoc.read(read(block.text), "json").blocks, false end
  if block.text:find("<table.*" .. (FORMAT == "html5" and "</caption>" or "</table>")) then
    return from_html.Pandoc(pandoc.read(block.text, "html+native_divs+native_spans")).blocks, false
  end
end

-- Returns the document as this format shows it, and the level of its highest headings. On the way
-- every picture is told to the engine, which looks whether it changes, and every identifier is noted.
function conditions.apply(doc)
  local top = 6
  local shift = tonumber(pandoc.utils.stringify(doc.meta["shift-heading-level-by"] or "0"))
  local filter
  local function choose(element)
    if is_hidden(element, doc.meta) then return {} end
    refuse(element)
    if element.attr ~= pandoc.Attr() then return element end
    return element.content:walk(filter), false  -- what takes its place would not be walked
  end
  filter = {
    traverse = "topdown",
    Div = choose,
    Span = choose,
    Header = function(header)
      refuse(header)
      header.level = header.level + shift
      top = math.min(top, header.level)
      return header
    end,
    Image = function(image)
      refuse(image)
      conditions.pictures[pandoc.utils.stringify(image)] = true
      local rooted = os.getenv("IL6REPORT_ROOT") .. image.src  -- a leading / means the project
      local file = image.src:match("^/") and io.open((rooted:gsub("%%20", " ")))
      if file then
        file:close()
        image.src = rooted
      end
      tell.note("uses", image.src)
      return image
    end,
    CodeBlock = function(block) return is_hidden(block, doc.meta) and {} or refuse_code(block) end,
    RawBlock = made,
    Code = refuse,
    Link = refuse,
    Figure = refuse,
    Table = with_widths,
  }
  return doc:walk(filter), top
end

return conditions
