-- What is particular to typst, which sets the PDF: floats, pictures with alternative texts, links.

local conditions = require("conditions")
local journal = require("journal")
local tell = require("tell")
local writer = {}
local kept = os.getenv("IL6REPORT_KEPT")
local stringify = pandoc.utils.stringify

local typst, wrapped = require("raw")("typst")

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", " ") .. '"'
end

local labels = {}

-- A label used twice would stop typst; it stays with the first.
local function label(name)
  if name == "" or labels[name] then return "" end
  labels[name] = true
  return " <" .. name .. ">"
end

local function length(text)
  if text:match("^%d+%.?%d*%%$") then return text end
  local inches = tonumber(text:match("^([%d.]+)in$"))
  if inches then return inches > 6.2 and "100%" or text end
  local pixels = tonumber(text:match("^([%d.]+)p?x?$"))
  if pixels then return pixels / 96 .. "in" end
  return text:match("^[%d.]+[cm]m$") or text:match("^[%d.]+pt$") or "100%"
end

-- Typst finds all pictures in the folder of what is kept; others are put there, under a name made of
-- their content.
local function kept_name(source)
  if pandoc.path.directory(source) == kept then return pandoc.path.filename(source) end
  local ok, kind, content = pcall(pandoc.mediabag.fetch, source)
  if not ok or not content then return nil end
  local path = source:match("^data:") and "picture" or source  -- not a name made of the data
  local plain = path:match("([^/\\]+)$"):gsub("[^%w.%-_]", "_")
  local extension = plain:match("%.(%w+)$") and "" or "." .. ((kind or ""):match("/(%w+)") or "png")
  local name = pandoc.utils.sha1(content) .. "-" .. plain .. extension
  local path = pandoc.path.join { kept, name }
  local partial = path .. pandoc.utils.sha1(pandoc.system.get_working_directory())  -- only ours
  local file = assert(io.open(partial, "wb"))
  file:write(content)
  file:close()
  os.rename(partial, path)
  return name
end

function writer.image(image)
  local name = kept_name(image.src)
  if not name then
    tell.note("picture", image.src)
    return pandoc.Str("[" .. image.src .. "]")
  end
  local arguments = quoted("/" .. name)
  for _, side in ipairs { "width", "height" } do
    local size = image.attributes[side]
    if size then arguments = arguments .. ", " .. side .. ": " .. length(size) end
  end
  local alt = image.attributes["fig-alt"] or stringify(image.caption)
  if alt ~= "" then arguments = arguments .. ", alt: " .. quoted(alt) end
  local is_block = image.classes:includes("cell-picture")
  return pandoc.RawInline("typst", (is_block and "#il6-picture(" or "#image(") .. arguments .. ")")
end

function writer.grid(panels, count)
  local out = pandoc.Blocks {}
  for _, block in ipairs(panels) do out:extend(wrapped("[", { block }, "],")) end
  return wrapped("#grid(columns: (1fr,) * " .. count .. ", gutter: 1em,", out, ")")
end

function writer.float(float)
  local kind = float.is_panel and '"panel"' or float.is_table and "table" or "image"
  local has_caption = #float.caption > 0
  local out = wrapped("#figure([", float.content, "], kind: " .. kind ..
    ", supplement: none, numbering: none, caption: " .. (has_caption and "[" or "none"))
  if has_caption then out:extend { pandoc.Plain(float.caption), typst("]") } end
  out:insert(typst(")" .. label(float.identifier)))
  return out
end

function writer.callout(div, kind, title)
  local out = wrapped("#il6-callout(" .. quoted(kind) .. ", [", { pandoc.Plain(title) }, "])[")
  out:extend(div.content)
  out:insert(typst("]" .. label(div.identifier)))
  return out
end

function writer.equation(math, identifier, number, alt)
  local source = pandoc.write(pandoc.Pandoc { pandoc.Para { math } }, "typst"):gsub("%s+$", "")
  if not source:find("^%$") then source = "[" .. source .. "]" end  -- as text, for it is no TeX
  return pandoc.RawInline("typst", "#math.equation(block: true, numbering: _ => [" .. number ..
    "], alt: " .. quoted(alt or math.text) .. ", " .. source .. ")" .. label(identifier))
end

function writer.notes(div) return wrapped("#il6-notes[", div.content, "]") end

function writer.page_break() return typst("#pagebreak()") end

-- In a numbered bibliography the number hangs beside the text.
local function hanging(entry)
  local number, text
  entry:walk {
    Span = function(span)
      if span.classes:includes("csl-left-margin") then number = span.content end
      if span.classes:includes("csl-right-inline") then text = span.content end
    end,
  }
  if not (number and text) then return { entry } end
  return {
    typst("#il6-entry["), pandoc.Plain(number), typst("]["), pandoc.Plain(text),
    typst("]" .. label(entry.identifier)),
  }
end

function writer.finish(doc)
  return doc:walk {
    traverse = "topdown",
    Div = function(div)
      if div.identifier ~= "refs" then return nil, false end
      local out = pandoc.Blocks {}
      for _, entry in ipairs(div.content) do out:extend(hanging(entry)) end
      div.content = out
      return div, false
    end,
  }
end

function writer.table(tbl)
  return journal.typst(tbl, function() tell.note("colour", "the PDF") end)
end

local known = conditions.identifiers

-- A link to what is not there would stop typst.
function writer.link(link)
  local target = link.target:match("^#(.+)$")
  local is_work = target and target:match("^ref%-")
  if link.target == "" or target and not is_work and not known[target] then return link.content end
end

return writer
