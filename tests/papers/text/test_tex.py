"""TeX in names and titles against the Unicode it stands for."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.text.tex import decode_tex

TEXTS = [
    # Every accent, in the spellings that occur: bare, braced, outer braces, with a space.
    (r"\'e \`e \^e \"e \~n \=a \.z", "é è ê ë ñ ā ż"),
    (r"\'{e}{\'e}{\'{e}}\' e", "éééé"),
    (r"\u{g}\v{s}\H{o}\c{c}\d{s}\b{d}\k{a}\r{a}\G{a}", "ğšőçṣḏąåȁ"),
    (r"\c c\v s\H o\k e", "çšőę"),
    (r"\t{oo}", "o͡o"),
    (r"\textcommabelow{s}", "ș"),
    # Letters; a control word takes the space behind it, but not before a new word.
    (r"\o\O\l\L\ss\ae\AE\oe\OE\aa\AA\dj\DJ\th\TH\dh\DH\ng", "øØłŁßæÆœŒåÅđĐþÞðÐŋ"),
    (r"\L ukasz Str\o{}m Sm{\o}rg\aa rd", "Łukasz Strøm Smørgård"),
    (r"Wei\ss and M\"uller", "Weiß and Müller"),
    (r"D\O Collaboration", "DØ Collaboration"),
    (r"Mikkel {\O}bro", "Mikkel Øbro"),
    # Dotless letters under accents, capitals with a dot, marks below.
    (r"\'{\i}\'\i\"{\i}\^{\i} \v{\j}", "ííïî ǰ"),
    (r"\.{I}\.I \i", "İİ ı"),
    # Two marks on one letter.
    (r"Nguy\~{\^e}n \'{\u{a}} \d{\^o}", "Nguyễn ắ ộ"),
    (r"\'{\o}\'\o\'{\ae}", "ǿǿǽ"),
    # An apostrophe that somebody escaped.
    (r"O\'Brien, D\'Angelo, Gel\cprime fand", "O'Brien, D'Angelo, Gel'fand"),
    # Ties, spaces, escaped signs, hyphenation points.
    (r"F.~Smith A.\,B. x\;y a\ b Ro\-senberg", "F. Smith A. B. x y a b Rosenberg"),
    (r"Smith \& Jones 50\% n\_TOF \#1 \$5 \{x\}", "Smith & Jones 50% n_TOF #1 $5 {x}"),
    # Grouping and text macros go, their text stays.
    (
        r"{\it C. elegans} and \textit{E. coli}, \emph{in vivo}, \textbf{x}, \mbox{y}",
        "C. elegans and E. coli, in vivo, x, y",
    ),
    (r"{GPU}-based {La}place", "GPU-based Laplace"),
    # Maths stays, but for an accented letter of a word.
    (r"The $\bar{p}p$ cross section at $\sqrt{s}=\{7\}$ TeV", r"The $\bar{p}p$ cross section at $\sqrt{s}=\{7\}$ TeV"),
    (r"Schr$\ddot{o}$dinger and the $\bar{p}$", r"Schrödinger and the $\bar{p}$"),
    (r"\(x_{1}\) of {A}", r"\(x_{1}\) of A"),
    (r"costs \$5 and $x$", "costs $5 and $x$"),
    # What is not known is left; quotes and dashes keep their spelling; a per cent sign is one.
    (r"\foo ``x'' -- 50% y", r"\foo ``x'' -- 50% y"),
    # Of a command that is not known its arguments are left.
    (r"Smith, \foo{John} \foo[x]{\bar{y}}{z}", "Smith, John y z"),
    (r"\href{https://x.org}{x} In\textsubscript{2}", "x In₂"),
    (r"{\'e", "é"),
    ("e\u0301", "é"),
    # MathSciNet's and older ones, accents on macros, a letter at the beginning of a name.
    (r"W{\polhk{e}}glorz, Franc{\ocirc{u}}, \dbar, \soft{d}, \udot{s}, {\lfhook{t}}", "Węglorz, Franců, đ, ď, ṣ, ț"),
    (r"\cftil{e} \h{a} \"Ozt\"urk Mu\~noz Nguy\~{\^{e}}n", "ễ ả Öztürk Muñoz Nguyễn"),
    # What only sorts is no text; an argument without braces is one; a name of a program keeps its space.
    (r"{\noopsort{1973b}}1973 T\textsubscript c MoS{\textsubscript 2}", "1973 T_c MoS₂"),
    (r"\TeX users \LaTeX{}3 \enquote{so} \texorpdfstring{$k$}{k}-means", "TeX users LaTeX3 “so” k-means"),
    (r"\foreignlanguage{german}{Über} \textalpha-helix", "Über α-helix"),
    (r"anu\d{s}\d{t}h(u)y\textacutemacron a", "anuṣṭh(u)yā́"),
    # Directions in a crystal; biblatex's words for pages that follow; clicks; what is only room.
    (r"(11\=22) and (10\={1}0)", "(112\u03042) and (101\u03040)"),
    (r"367\psqq; \ppno 3\addcomma 5; \textdoublebarpipe Khomani", "367ff.; pp. 3,5; ǂ Khomani"),
    (r"\vphantom{}Grains\vphantom{x} of \phantom{---}sand", "Grains of sand"),
    ("plain", "plain"),
    ("", ""),
]


@pytest.mark.parametrize(("tex", "text"), TEXTS)
def test_tex_is_the_text_it_stands_for(tex, text):
    assert decode_tex(tex) == text


@given(st.text(st.sampled_from("aeioz \\'`^\"~=.{}$uvHckoLi,()&%-")))
def test_any_text_decodes_to_nfc_and_no_stand_in_is_left(text):
    decoded = decode_tex(text)
    assert decoded == unicodedata.normalize("NFC", decoded)
    assert not any("\uf8fc" <= character <= "\uf8ff" for character in decoded)


@pytest.mark.parametrize("piece", ["{", "}", "\\", r"\'{", "$", "$a", r"\o ", r"\(", r"\textit{", "~", r"\c{\c{"])
def test_long_hostile_text_is_decoded_at_once(piece):
    start = time.process_time()
    decode_tex(piece * (300_000 // len(piece)))
    assert time.process_time() - start < 5
