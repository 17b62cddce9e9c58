"""Legal forms of companies, as data. None of them tells one company from another.

They are written as a folded name has them: small letters, no accents, and no spaces or signs inside.
"""

from typing import Final

# The last words of a name, put together: "S. A." and "S.A." are both "sa", "Sp. z o.o." is "spzoo".
ENDINGS: Final = frozenset(
    """
    ltd limited plc inc incorporated corp corporation co company llc llp lp lllp pllc cic
    pvtltd pvtlimited privatelimited pteltd ptelimited ptyltd ptylimited pty sdnbhd bhd
    gmbh mbh ggmbh ag kg kgaa ohg ug ughaftungsbeschrankt eg ev ek gbr se
    sa sas sasu sarl eurl sca snc sci cie sl slu sau spa srl srls sapa lda ltda limitada sgps eireli
    bv nv vof bvba cvba ab as asa aps oy oyj ehf
    spzoo sro kft zrt nyrt doo ood eood jsc ojsc cjsc pjsc ltdsti anonimsirketi limitedsirketi
    kk kabushikikaisha godokaisha
    ооо оао зао пао ао ип тоо αε επε 株 주
    aktiengesellschaft gesellschaftmitbeschrankterhaftung kommanditgesellschaft offenehandelsgesellschaft
    societeanonyme societeparactionssimplifiee societearesponsabilitelimitee
    sociedadanonima sociedadlimitada sociedadderesponsabilidadlimitada societaperazioni societaaresponsabilitalimitata
    naamlozevennootschap beslotenvennootschap aktiebolag aktieselskab anpartsselskab aksjeselskap osakeyhtio
    spolkaakcyjna spolkazograniczonaodpowiedzialnoscia publiclimitedcompany limitedliabilitycompany
    """.split()
)
LONGEST_ENDING: Final = 6  # words, as in Sp. z o. o. or S. A. S. U.

# The last signs of a name in a script without spaces, longest first. A group (集团) is another company than the one it
# is named after, so it stays, and so do branches (分公司 loses the last two signs only): what goes is what any of them
# could be called without.
TAILS: Final = tuple(
    sorted(
        """
        股份有限公司 有限责任公司 有限責任公司 有限公司 股份公司 公司 有限合伙 普通合伙 特殊普通合伙
        株式会社 有限会社 合同会社 合資会社 合名会社 주식회사 유한회사
        """.split(),
        key=len,
        reverse=True,
    )
)

# Some stand in front as well.
HEADS: Final = ("株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "주식회사", "유한회사")
BEGINNINGS: Final = frozenset(
    """
    ооо оао зао пао ао ип тоо 株 주
    обществосограниченнойответственностью товариществосограниченнойответственностью
    акционерноеобщество открытоеакционерноеобщество закрытоеакционерноеобщество публичноеакционерноеобщество
    индивидуальныйпредприниматель
    """.split()
)
LONGEST_BEGINNING: Final = 4  # words

# What joins two names, and is as often written as a sign.
JOINERS: Final = frozenset("and und et".split())

# What stands for a name that nobody knows, or that was erased.
NO_NAME: Final = frozenset("erased unknown unnamed".split())

# What people type where they know no number.
NO_NUMBER: Final = frozenset("NA NONE NULL NIL UNKNOWN TBD TBA PENDING".split())
