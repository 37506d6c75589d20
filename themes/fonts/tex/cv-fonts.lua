-- For LuaTeX: each character gets its place in the fonts of pdfTeX; what is not there comes from the OpenType fonts.
-- And spaces become glyphs, so that simple programs find the words of the PDF.

local direct = node.direct
local GLUE, GLYPH, HLIST, VLIST, DISC = node.id "glue", node.id "glyph", node.id "hlist", node.id "vlist", node.id "disc"
local WHATSIT, LINK = node.id "whatsit", node.subtype "pdf_start_link"
local done = luatexbase.new_attribute "cvf@done"
local wide = luatexbase.attributes["cvf@wide"] -- of marks which are as wide as the East Asian text around them

-- places[character] is its encoding and its slot, as cv-encodings.def says.
local places = {}
do
  local file = assert(io.open(assert(kpse.find_file("cv-encodings.def", "tex"))))
  local text = file:read "a":gsub("%%[^\n]*\n", "")
  file:close()
  for code, slot in text:match "\\cvf@letters(%b{})":gmatch "(%x+):(%d+)" do
    places[tonumber(code, 16)] = { "t1", tonumber(slot) }
  end
  for encoding, list in text:gmatch "\\cvf@characters{(%u+)}(%b{})" do
    local slot = 0
    for code in list:gmatch "%x+" do
      places[tonumber(code, 16)] = { encoding:lower(), slot }
      slot = slot + 1
    end
  end
end

-- The OpenType fonts behind a family: its own, whose marks find their letters, then those with other scripts.
local own = {
  cvserif = { r = "texgyrepagella-regular.otf", i = "texgyrepagella-italic.otf", b = "texgyrepagella-bold.otf",
              bi = "texgyrepagella-bolditalic.otf" },
  cvsans = { r = "SourceSans3-Regular.ttf", i = "SourceSans3-Italic.ttf", b = "SourceSans3-Bold.ttf",
             bi = "SourceSans3-BoldItalic.ttf" },
  cvmono = { r = "SourceCodePro-Regular.ttf", b = "SourceCodePro-Bold.ttf" },
  cvlm = { r = "lmroman10-regular.otf", i = "lmroman10-italic.otf", b = "lmroman10-bold.otf",
           bi = "lmroman10-bolditalic.otf" },
  cvlmmono = { r = "lmmono10-regular.otf", b = "lmmonolt10-bold.otf" },
  cvstix = { r = "STIXTwoText-Regular.ttf", i = "STIXTwoText-Italic.ttf", b = "STIXTwoText-Bold.ttf",
             bi = "STIXTwoText-BoldItalic.ttf" },
}
-- Those for East Asian text; among Chinese and Japanese characters with serifs, bold ones have none.
local eastern = { cvsans = {}, cvserif = {} }
for _, code in ipairs { "JP", "KR", "SC", "TC" } do
  local sans, serif = "CVSans" .. code .. "-", "CVSerif" .. code .. "-"
  eastern.cvsans[code:lower()] = { r = sans .. "Regular.otf", b = sans .. "Bold.otf" }
  eastern.cvserif[code:lower()] = { r = serif .. "Regular.otf", b = (code == "KR" and serif or sans) .. "Bold.otf" }
end
local fallbacks = { "cvserif", "cvstix" }

local loaded = {} -- loaded[name][size] is the number of a font, or false
local function load(name, size)
  local sizes = loaded[name] or {}
  loaded[name] = sizes
  if sizes[size] == nil then
    local data = luaotfload.define_font(name, size)
    if type(data) == "table" then
      local id = font.define(data)
      fonts.definers.register(data, id)
      data = id
    end
    sizes[size] = data or false
  end
  return sizes[size]
end

-- A font that TeX made itself, such as one with its letters further apart, Lua has to be given.
local function data_of(id)
  return font.getfont(id) or font.getcopy(id)
end

local function has(id, slot)
  local data = id and data_of(id)
  return data and data.characters and data.characters[slot] and true or false
end

-- What TeX calls a font is its family, its style, perhaps the size of its drawing, and its encoding.
local kinds = {}
local function kind_of(id)
  local kind = kinds[id]
  if kind == nil then
    local data = data_of(id)
    local family, style, size = (data and data.name or ""):match "^(cv%l+)%-(%l+)(%d*)%-t1%+?%w*$"
    kind = family and { family = family, style = style, drawing = style .. size, size = data.size } or false
    kinds[id] = kind
  end
  return kind
end

local tfms = {} -- a font which TeX does not have is not asked for twice
local function tfm(family, style, encoding, size)
  local name = family .. "-" .. style .. "-" .. encoding
  if tfms[name] == nil then tfms[name] = kpse.find_file(name, "tfm") ~= nil end
  return tfms[name] and load(name, size)
end

local scripts = { { 0x370, 0x3FF, "grek" }, { 0x400, 0x52F, "cyrl" }, { 0x1100, 0x11FF, "hang" },
                  { 0x3130, 0x318F, "hang" }, { 0xAC00, 0xD7A3, "hang" } }
local function opentype(file, size, char)
  local script = "latn"
  for _, range in ipairs(scripts) do
    if char >= range[1] and char <= range[2] then script = range[3] end
  end
  return load("[" .. file .. "]:mode=node;script=" .. script .. ";language=dflt;+kern;+liga;+mark;+mkmk;+ccmp", size)
end

local function is_hangul(char)
  return char >= 0x1100 and char <= 0x11FF or char >= 0x3130 and char <= 0x318F or char >= 0xA960 and char <= 0xD7FB
end

local function is_eastern(char)
  return char >= 0x1100 and char <= 0x11FF or char >= 0x2E80 and char <= 0xD7FB or char >= 0xF900 and char <= 0xFFEF
    or char >= 0x20000 and char <= 0x3FFFF
end

local function native(kind, char, is_wide)
  local style = kind.style
  local bold = style:sub(1, 1) == "b" and "b" or "r"
  local files = {}
  local function add(family)
    local styles = own[family]
    if styles then files[#files + 1] = styles[style] or styles[bold] end
  end
  -- Each East Asian font is long in loading: no other character is looked for there.
  if not is_wide and not is_eastern(char) then
    add(kind.family)
    for _, family in ipairs(fallbacks) do add(family) end
    files[#files + 1] = "STIXTwoMath-Regular.ttf"
  end
  -- Those which the document has, the one of its language first.
  for code in (token.get_macro "cveastern" or "kr,sc,tc,jp"):gmatch "%l+" do
    files[#files + 1] = (eastern[kind.family] or eastern.cvserif)[code][bold]
  end
  for _, file in ipairs(files) do
    local id = kpse.find_file(file, "opentype fonts") and opentype(file, kind.size, char)
    if has(id, char) then return { id, char } end
  end
  return false
end

local answers = {}
local function find(id, kind, char)
  local known = answers[id] or {}
  answers[id] = known
  if known[char] == nil then
    local answer
    local place = places[char]
    if place then
      local encoding, slot = place[1], place[2]
      local near = encoding == "t1" and id or tfm(kind.family, kind.drawing, encoding, kind.size)
        or tfm(kind.family, kind.style, encoding, kind.size)
      if has(near, slot) then answer = { near, slot } end
      for _, family in ipairs(fallbacks) do
        local other = not answer and tfm(family, kind.style, encoding, kind.size)
        if has(other, slot) then answer = { other, slot } end
      end
    end
    known[char] = answer or native(kind, char)
  end
  return known[char]
end

local function is_mark(char)
  return char >= 0x300 and char <= 0x36F or char >= 0x1AB0 and char <= 0x1AFF or char >= 0x20D0 and char <= 0x20FF
end

local function place(n)
  local id = direct.getfont(n)
  local kind = kind_of(id)
  if not kind or direct.get_attribute(n, done) then return end
  local char = direct.getchar(n)
  local following = direct.getnext(n)
  local answer
  if direct.get_attribute(n, wide) then
    answer = native(kind, char, true)
  elseif following and direct.getid(following) == GLYPH and is_mark(direct.getchar(following)) then
    answer = native(kind, char)
  elseif is_mark(char) then
    local before = direct.getprev(n)
    local base = before and direct.getid(before) == GLYPH and direct.getfont(before)
    answer = base and has(base, char) and { base, char } or native(kind, char)
  elseif char > 126 or char == 39 or char == 96 then
    answer = find(id, kind, char)
  end
  direct.set_attribute(n, done, 1)
  if answer then
    direct.setfont(n, answer[1], answer[2])
  elseif char > 255 then
    -- Nobody has it: LuaTeX reports it, since this font has not either.
    direct.set_attribute(n, done, 1)
  end
end

local function place_all(head)
  local n = head
  while n do
    local id = direct.getid(n)
    if id == GLYPH then
      place(n)
    elseif id == DISC then
      local pre, post, replace = direct.getdisc(n)
      place_all(pre)
      place_all(post)
      place_all(replace)
    end
    n = direct.getnext(n)
  end
end

-- Chinese and Japanese have no spaces: a line may end between any two characters of theirs, but not before what closes
-- or goes on, nor after what opens.
local function set_of(text)
  local set = {}
  for _, code in utf8.codes(text) do set[code] = true end
  return set
end
local begins_no_line = set_of("、。，．・：；？！‥…—―’”）］｝〉》」』】〕〗〙〛｠〜～゛゜ゝゞヽヾ々〻ー％‰℃°·"
  .. "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ,.:;!?)]}%'\"/-–")
local ends_no_line = set_of("‘“（［｛〈《「『【〔〖〘〚｟￥＄￡＃$£¥€#([{'\"")

local function may_part(before, after)
  local is_east = is_eastern(before) and not is_hangul(before) or is_eastern(after) and not is_hangul(after)
  return is_east and not is_hangul(before) and not is_hangul(after)
    and not begins_no_line[after] and not ends_no_line[before]
end

-- In a justified line they may stand a little apart.
local STRETCH = 0.04
local function let_lines_end(head)
  local n, before, link = head, nil, nil
  while n do
    local id = direct.getid(n)
    if id == GLYPH then
      local char = direct.getchar(n)
      -- What has its place already has no character but that, unless it is East Asian.
      if direct.get_attribute(n, done) and not is_eastern(char) then char = nil end
      if before and char and may_part(before, char) then
        local glue = direct.new(GLUE)
        direct.setglue(glue, 0, STRETCH * data_of(direct.getfont(n)).size, 0)
        direct.insert_before(head, link or n, glue)
      end
      before, link = char, nil
    elseif id == WHATSIT then
      if direct.getsubtype(n) == LINK then link = link or n end
    else
      before, link = nil, nil
    end
    n = direct.getnext(n)
  end
end

-- Before letters are hyphenated, joined and kerned.
luatexbase.add_to_callback("hyphenate", function(head, tail)
  lang.hyphenate(head, tail)
  let_lines_end(direct.todirect(head))
  place_all(direct.todirect(head))
end, "cv.place")

local texts = {} -- the fonts of text, which have a space where others have some sign
local function is_text(id)
  if texts[id] == nil then
    local data = font.getfont(id)
    local name = data and data.name or ""
    texts[id] = (name:find "%-t1$" or name:find "%-lc%l$" or data and data.format ~= "type1" and data.format ~= "unknown")
      and has(id, 32) and not name:find "^cv%l*math" or false
  end
  return texts[id]
end

-- A space is a distance in TeX: put a glyph there too, and leave every distance as it was.
local function spaced(head, face, is_line)
  local n = head
  while n do
    local id = direct.getid(n)
    if id == GLYPH then
      local id = direct.getfont(n)
      if is_text(id) then face = id end
    elseif id == HLIST or id == VLIST then
      local inner
      local list = direct.getlist(n)
      if list then
        list, inner = spaced(list, face, id == HLIST)
        direct.setlist(n, list)
        face = inner or face
      end
    elseif is_line and id == GLUE and face then
      local subtype = direct.getsubtype(n)
      if subtype == 13 or subtype == 14 or subtype == 0 and direct.getwidth(n) > 0 then
        local g, k = direct.new(GLYPH), direct.new "kern"
        direct.setfont(g, face, 32)
        direct.setkern(k, -direct.getwidth(g))
        head = direct.insert_before(head, n, g)
        head = direct.insert_before(head, n, k)
      end
    end
    n = direct.getnext(n)
  end
  return head, face
end

luatexbase.add_to_callback("pre_shipout_filter", function(head)
  return direct.tonode((spaced(direct.todirect(head), nil, false)))
end, "cv.spaces")

return { places = places }
