-- For LuaTeX: characters that a font does not have, from the fonts behind it; and spaces which can be copied.

local has = {}   -- has[file] is the set of a font's characters, read when it is first asked
local behind = { -- which font is asked after which, by the names of files
  ["texgyrepagella-regular.otf"] = { "STIXTwoText-Regular.ttf", "CVSerifKR-Regular.otf", "STIXTwoMath-Regular.ttf" },
  ["texgyrepagella-italic.otf"] = { "STIXTwoText-Italic.ttf", "CVSerifKR-Regular.otf", "STIXTwoMath-Regular.ttf" },
  ["texgyrepagella-bold.otf"] = { "STIXTwoText-Bold.ttf", "CVSerifKR-Bold.otf", "STIXTwoMath-Regular.ttf" },
  ["texgyrepagella-bolditalic.otf"] = { "STIXTwoText-BoldItalic.ttf", "CVSerifKR-Bold.otf", "STIXTwoMath-Regular.ttf" },
}
local features = ":mode=node;script=latn;language=dflt;+kern;+liga"
local function continue(file, weight, first, serif)
  local chain = { first }
  chain[#chain + 1] = "texgyrepagella-" .. serif .. ".otf"
  for _, name in ipairs(behind["texgyrepagella-" .. serif .. ".otf"]) do chain[#chain + 1] = name end
  behind[file] = chain
end
continue("SourceSans3-Regular.ttf", "Regular", "CVSansKR-Regular.otf", "regular")
continue("SourceSans3-Italic.ttf", "Regular", "CVSansKR-Regular.otf", "italic")
continue("SourceSans3-Bold.ttf", "Bold", "CVSansKR-Bold.otf", "bold")
continue("SourceSans3-BoldItalic.ttf", "Bold", "CVSansKR-Bold.otf", "bolditalic")
continue("SourceCodePro-Regular.ttf", "Regular", "CVSansKR-Regular.otf", "regular")
continue("SourceCodePro-Bold.ttf", "Bold", "CVSansKR-Bold.otf", "bold")

local loaded = {} -- loaded[file][size] is the number of a font
local function load(file, size)
  local sizes = loaded[file]
  if not sizes then sizes = {}; loaded[file] = sizes end
  local id = sizes[size]
  if not id then
    local data = luaotfload.define_font("[" .. file .. "]" .. features, size)
    if type(data) == "table" then
      id = font.define(data)
      fonts.definers.register(data, id)
    else
      id = data
    end
    sizes[size] = id
  end
  return id
end

-- Pagella has Greek letters without accents: a word would change its font in the middle.
local function lacks(data, name, char)
  return not data.characters[char] or (char >= 0x370 and char <= 0x3FF and name:find("^texgyrepagella") ~= nil)
end

local names = {} -- the name of a font's file, or false where none is behind it
local function name_of(id)
  local name = names[id]
  if name == nil then
    local data = font.getfont(id)
    local file = data and (data.filename or data.resources and data.resources.filename)
    name = file and file:match("[^/\\]+$") or false
    names[id] = name
  end
  return name
end

local missing = {} -- missing[font][char] is the font to take instead, or false
local function substitute(id, char)
  local known = missing[id]
  if not known then known = {}; missing[id] = known end
  local other = known[char]
  if other == nil then
    other = false
    local name, data = name_of(id), font.getfont(id)
    local chain = name and behind[name]
    if chain and data.characters and lacks(data, name, char) then
      for _, file in ipairs(chain) do
        local candidate = load(file, data.size)
        if not lacks(font.getfont(candidate), file, char) then other = candidate; break end
      end
    end
    known[char] = other
  end
  return other
end

local direct = node.direct
local function fall_back(head)
  for n, char, id in direct.traverse_char(direct.todirect(head)) do
    local other = char > 126 and substitute(id, char)
    if other then direct.setfont(n, other) end
  end
  return true
end

-- Before the letters are shaped.
for _, callback in ipairs { "pre_linebreak_filter", "hpack_filter" } do
  local rest = {}
  for _, description in ipairs(luatexbase.callback_descriptions(callback)) do
    rest[#rest + 1] = { luatexbase.remove_from_callback(callback, description) }
  end
  luatexbase.add_to_callback(callback, fall_back, "cv.fall_back")
  for _, entry in ipairs(rest) do luatexbase.add_to_callback(callback, entry[1], entry[2]) end
end

-- A space is a distance in TeX. Put a space's glyph there too, without changing any distance.
local GLUE, GLYPH, HLIST, VLIST = node.id "glue", node.id "glyph", node.id "hlist", node.id "vlist"
local DISC = node.id "disc"
local function spaced(head, face, is_line)
  local n = head
  while n do
    local id = n.id
    if id == GLYPH then
      face = n.font
    elseif id == HLIST or id == VLIST then
      local inner
      n.head, inner = spaced(n.head, face, id == HLIST)
      face = inner or face
    elseif is_line and id == GLUE and face and (n.subtype == 13 or n.subtype == 14 or (n.subtype == 0 and n.width > 0))
    then
      local data = font.getfont(face)
      if data and data.characters and data.characters[32] then
        local g, k = node.new(GLYPH), node.new "kern"
        g.char, g.font = 32, face
        k.kern = -g.width
        head = node.insert_before(head, n, g)
        head = node.insert_before(head, n, k)
      end
    end
    n = n.next
  end
  return head, face
end

luatexbase.add_to_callback("pre_shipout_filter", function(head)
  head = spaced(head, nil, false)
  return head
end, "cv.spaces")

return { substitute = substitute }
