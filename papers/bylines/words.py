"""The words that author strings are read by, as data: particles, suffixes, titles, kinds of group, and junk.

All in lower case unless capitals matter; each list says where its words may stand.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Before a surname, printed in lower case. Dutch, German, French, Italian, Spanish, Portuguese, Arabic, Scandinavian.
PARTICLES = _words(
    "van von vom de der den dem des del della dello delle dell' degli dei dal dalla dall' dalle di da do dos das du "
    "d' la le les lo los las el al as ul ur ud ed bin ibn ben bint binti abu abou abd abdel ait ould "
    "ter ten te tot op in uit aan aus auf zu zum zur af av 't 's 'n in't van't vander vanden vande dela "
    "v. d. v.d. vd mac mc st. saint san santa sant' zen vaziri de' beim"
)
# The same printed with a capital after a forename (Paolo Di Vecchia). Left out: those that are more often forenames
# (Bin, Das, In, Do, E, I, Y, San in Korean names is rarer than in Spanish ones and stays).
CAPITAL_PARTICLES = _words(
    "Van Von Vom De Der Den Des Del Della Dello Delle Dell' Degli Dei Dal Dalla Di Da Dos Du D' La Le Les Lo Los Las El "
    "Al Ibn Ben Abu Abou Abd Abdel Ait Ould Ter Ten Te 'T Vander Vanden Mac Mc St. Saint San Santa De'"
)
# Between two halves of one surname, lower case only (Ortega y Gasset, Puig i Cadafalch, Souza e Silva).
CONNECTORS = _words("y i e")

# Before these surnames a capital Di, Da, Le or Van is a syllable of the given name (Richard Yi Da Xu, Minh Van Nguyen).
EAST_ASIAN_SURNAMES = _words(
    "nguyen nguyễn tran trần le lê pham phạm hoang hoàng huynh huỳnh phan vu vũ vo võ dang đặng bui bùi ngo ngô duong dương "
    "dinh đinh trinh trịnh doan đoàn luong lương truong trương "
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie tang "
    "song deng "
    "han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren lai shen yao "
    "liao qin"
)
# With one of these anywhere in the name, Van is the Vietnamese middle name (Nguyen Van Hieu).
VIETNAMESE = _words(
    "nguyen nguyễn tran trần pham phạm huynh huỳnh thi thị trinh trịnh truong trương dang đặng hoang hoàng bui bùi dinh đinh "
    "duong dương doan đoàn vuong vương"
)

# Portuguese generation words belong to the surname before them (A. H. Castro Neto).
GENERATIONS = _words("neto netto filho sobrinho junior júnior")
# Surnames of two words whose first looks like a forename.
DOUBLE_SURNAMES = frozenset(
    ["das sarma", "das gupta", "sen gupta", "roy chowdhury", "roy choudhury", "roy chaudhuri", "lloyd jones"]
)

# After a surname → how it is stored. Numerals count only in capitals: Michael Iv is a surname. V and I are not here:
# on arXiv they are initials and surnames far more often (Vijayakumar V, Tomohiro I).
SUFFIXES = {
    "Jr": "Jr",
    "Jr.": "Jr",
    "jr": "Jr",
    "jr.": "Jr",
    "JR": "Jr",
    "JR.": "Jr",
    "Jnr": "Jr",
    "Jnr.": "Jr",
    "Sr": "Sr",
    "Sr.": "Sr",
    "sr.": "Sr",
    "SR.": "Sr",
    "Snr": "Sr",
    "Snr.": "Sr",
    "II": "II",
    "III": "III",
    "IV": "IV",
    "II.": "II",
    "III.": "III",
    "IV.": "IV",
    "2nd": "II",
    "3rd": "III",
}
SURE_SUFFIXES = frozenset(["Jr", "Sr", "II", "III"])  # nobody's surname, so one word before them is enough

# Before a name; "." means the dot must be there, for without it the word is a name (Eng Keong Lua, Er-Wei Bai).
TITLES = _words(
    "dr dr. prof prof. professor mr mr. mrs mrs. ms ms. a/prof a/prof. er. ir. eng. ing. smt. dipl.-ing. dr.-ing. "
    "dott. flt. lt. capt. rev. assoc. asst. shri. ph.d. phd m.sc. habil."
)
# After a name: degrees and memberships. Only with capitals as here: Md is Mohammad.
DEGREES = _words("PhD PhD. Ph.D. Ph.D PhD, M.D. MD MSc M.Sc. M.Sc BSc B.Sc. Esq Esq. FRS Member IEEE")

# Whole entries that are nobody, compared in lower case without dots and spaces.
JUNK = _words(
    "phd md msc bsc mba dsc drsc scd rd esq frs prof professor dr mr mrs ieee acm osa spie aiaa siam member "
    "fellow senior seniormember studentmember lifefellow lifemember associatemember graduatestudentmember "
    "nonmember "
    "seniormemberieee studentmemberieee memberieee fellowieee ieeefellow ieeemember ieeestudentmember "
    "ieeeseniormember lifefellowieee lifeseniormember associatemember graduatestudentmemberieee ed eds "
    "editor editors "
    "etc author authors anonymous anonymousauthor anonymousauthors none n/a null unknown tbd inc ltd llc "
    "corp gmbh "
    "collaboration collaborations the and for by with on group team nil various"
)
# In a parenthesis: what somebody did, not where.
ROLES = _words(
    "editor editors ed eds chair chairs deceased corresponding correspondingauthor speaker spokesperson pi co-pi coeditor "
    "co-editors co-chair author authors lead contact presenter student theeditors"
)
# An address printed among the names: none of these is a surname.
INSTITUTION = (
    r"\b(?:of|univ|universit\w*|universidad\w*|institut\w*|laborator\w*|departm\w+|dept|faculty|academy|ministry|"
    r"ecole|école|hochschule|polytechni\w+)\b"
)

# The last word of a group's name. "strip" kinds are dropped from what is stored (the ABCD Collaboration → ABCD);
# the others are part of the name (Planck Team).
STRIP_KINDS = r"collaborations?|collaborators|collabs?|coll(?=\.)|kollaboration"  # Coll without a dot is a surname
OTHER_KINDS = (
    r"consorti(?:um|a)|teams?|groups?|task forces?|projects?|initiatives?|community|contributors|investigators|"
    r"committees?|alliance|coalition|society|participants|experiments?|network|partnership|programme"
)
