-- Content for some formats or under some metadata only, and divisions only Quarto understands.

local tell = require("tell")
local conditions = {}

-- Format names as Quarto groups them; a PDF made by typst is `typst`, not `pdf`.
local names = {
  html = { html = true, ["html:js"] = true },
  typst = { typst = true },
  docx = { docx = true },
}
local refused_classes = {
  "column-margin", "aside", "column-page", "column-page-left", "column-page-right", "column-body",
  "column-body-outset", "column-screen", "column-screen-inset", "panel-sidebar", "panel-input",
  "panel-fill", "incremental", "nonincremental", "code-annotation", "landscape", "magic-move",
}
local refused_prefixes = {
  "thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "sol", "rem", "alg", "lst",
}

local function meta_value(meta, key)
  for part in key:gmatch("[^.]+") do
    if type(meta) ~= "table" or meta[part] == nil then return nil end
    meta = meta[part]
  end
  return meta
end

local function holds(element, word, format, meta)
  local wish = element.attributes[word .. "-format"]
  if wish and not names[format][wish] then return false end
  local key = element.attributes[word .. "-meta"]
  if key then
    local value = meta_value(meta, key)
    if value == nil or value == false or value == "false" then return false end
  end
  return true
end

local function is_shown(element, format, meta)
  local attributes = element.attributes
  local met = holds(element, "when", format, meta)
  if attributes["unless-format"] or attributes["unless-meta"] then
    met = met and not holds(element, "unless", format, meta)
  end
  local class = element.classes
  if class:includes("content-visible") then return met end
  if class:includes("content-hidden") then return not met end
  return true
end

local function refuse(element)
  for _, class in ipairs(refused_classes) do
    if element.classes:includes(class) then tell.note("refused", "." .. class) end
  end
  for _, prefix in ipairs(refused_prefixes) do
    if element.identifier:match("^" .. prefix .. "%-") then
      tell.note("refused", "#" .. element.identifier)
    end
  end
  if element.attributes["layout"] then tell.note("refused", "layout=") end
end

-- Returns the document as this format shows it, and the level of its highest headings. On the way
-- every picture is told to the engine, which looks whether it changes.
function conditions.apply(doc, format)
  local top = 6
  local function choose(element)
    refuse(element)
    if not is_shown(element, format, doc.meta) then return {} end
    local class = element.classes
    if class:includes("content-visible") or class:includes("content-hidden") then
      return element.content
    end
  end
  local chosen = doc:walk {
    traverse = "topdown",
    Div = choose,
    Span = choose,
    Header = function(header) top = math.min(top, header.level) end,
    Image = function(image) tell.note("uses", image.src) end,
  }
  return chosen, top
end

return conditions
