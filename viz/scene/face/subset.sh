#!/bin/sh
# Rebuilds fonts/*.otf, the only fonts that the pictures, the page and the native viewer use. Run it by hand
# (or by `go generate ./viz/scene/face`) after Chinese text was added; the tests say when that is needed.
#
# Needs: npm (fetches the two Latin families), fonttools (pyftsubset), Debian's fonts-noto-cjk.
# Hinting and layout tables go, because nothing here shapes or hints. The fonts get names of their own: Adobe's
# licence reserves the name "Source" to the unmodified fonts.
set -eu
cd "$(dirname "$0")"
root=../../..
python=$(sed -n '1s/^#!//p' "$(command -v pyftsubset)")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" source-sans@3.52.0 source-code-pro@2.42.0 >/dev/null
for t in "$work"/*.tgz; do tar xzf "$t" -C "$work" --one-top-level="$(basename "$t" .tgz)"; done
sans=$work/source-sans-3.52.0/package/OTF
mono=$work/source-code-pro-2.42.0/package/OTF
noto=${NOTO:-/usr/share/fonts/opentype/noto}

latin="U+0020-007E,U+00A0-00FF,U+0131,U+2013,U+2014,U+2018,U+2019,U+201C,U+201D,U+2020,U+2022,U+2026,U+2032,U+2033,\
U+2190-2195,U+2212,U+2248,U+2260,U+2264,U+2265,U+221E,U+0394,U+03BC,U+2713,U+2717,U+25A0,U+25A1,U+25B2,U+25B6,U+25BC,U+25C0,U+25C6,U+25CB,U+25CF"
box="U+2500,U+2502,U+250C,U+2510,U+2514,U+2518,U+251C,U+2524,U+252C,U+2534,U+253C,U+2588,U+2591-2593"

# Every rune outside Latin that occurs in a lesson, in a page or in the source of a picture, and a stock of common ones.
cat common.txt >"$work/text"
find "$root/lessons" "$root/web" "$root/viz" "$root/server" "$root/core/story" -type f \
	\( -name '*.md' -o -name '*.go' -o -name '*.html' -o -name '*.js' -o -name '*.yaml' -o -name '*.json' \) \
	-exec cat {} + >>"$work/text" 2>/dev/null || true
"$python" - "$work" <<'PY'
import sys
text = open(sys.argv[1] + "/text", encoding="utf-8").read()
extra = "　、。〈〉《》「」『』【】〔〕！（），－．／：；＜＝＞？～…—·“”‘’％＋０１２３４５６７８９"
runes = {c for c in text + extra if 0x2E80 <= ord(c) <= 0xFFEF and not 0xD800 <= ord(c) <= 0xF8FF and ord(c) not in (0xFEFF, 0xFE0F)}
open(sys.argv[1] + "/cjk", "w", encoding="utf-8").write("".join(sorted(runes)))
PY

subset() { # source, runes option, output, family, extra options
	src=$1 runes=$2 out=$3 family=$4
	shift 4
	pyftsubset "$src" "$runes" --output-file="$out" --no-hinting --layout-features='' --drop-tables+=GSUB,GPOS,GDEF,DSIG,BASE,VORG,vhea,vmtx,STAT \
		--name-IDs='' --notdef-outline --no-recommended-glyphs --no-legacy-cmap "$@"
	"$python" - "$out" "$family" <<'PY'
import sys
from fontTools.ttLib import TTFont
path, family = sys.argv[1:]
font = TTFont(path, recalcTimestamp=False)
font["name"].names = []
for ident, text in ((1, family), (2, "Regular"), (4, family), (6, family.replace(" ", "")), (13, "SIL Open Font License 1.1, see the file beside this font")):
    font["name"].setName(text, ident, 3, 1, 0x409)
if "CFF " in font:
    cff = font["CFF "].cff
    cff.fontNames = [family.replace(" ", "")]
    top = cff.topDictIndex[0]
    for key in ("FullName", "FamilyName", "Notice", "Copyright"):
        if key in top.rawDict:
            setattr(top, key, family)
font.save(path)
PY
}
subset "$sans/SourceSans3-Regular.otf" "--unicodes=$latin" fonts/sans.otf "Sunscope Sans" --desubroutinize
subset "$sans/SourceSans3-Semibold.otf" "--unicodes=$latin" fonts/sans-bold.otf "Sunscope Sans Semibold" --desubroutinize
subset "$mono/SourceCodePro-Regular.otf" "--unicodes=$latin,$box" fonts/mono.otf "Sunscope Mono" --desubroutinize
subset "$mono/SourceCodePro-Semibold.otf" "--unicodes=$latin,$box" fonts/mono-bold.otf "Sunscope Mono Semibold" --desubroutinize
# Face 2 of the collection is Noto Sans CJK SC.
subset "$noto/NotoSansCJK-Regular.ttc" "--text-file=$work/cjk" fonts/cjk.otf "Sunscope CJK" --font-number=2 --desubroutinize
subset "$noto/NotoSansCJK-Bold.ttc" "--text-file=$work/cjk" fonts/cjk-bold.otf "Sunscope CJK Bold" --font-number=2 --desubroutinize

# The list of runes lets the package know what it has without walking cmap tables.
"$python" - <<'PY'
from fontTools.ttLib import TTFont
runes = set()
for f in ("sans", "sans-bold", "mono", "mono-bold", "cjk", "cjk-bold"):
    runes |= set(TTFont(f"fonts/{f}.otf").getBestCmap())
open("fonts/runes.txt", "w", encoding="utf-8").write("".join(map(chr, sorted(runes))) + "\n")
PY
ls -l fonts/*.otf
