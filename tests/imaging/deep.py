"""AVIF files of more than eight bits: no encoder that tests could install writes them.

Made from `COLORS` by libavif's `avifenc` 0.11, with full chroma; in base 85.
"""

from __future__ import annotations

import base64

_FILES = {
    10: (
        "0000WW^{RQVRmU|00000VRmU|ZE0pPZE0a<O+hh10002;ZDn*}000000000eXk=`10000000000aA{+7000000000000000Y"
        "-wU)c4=k+0000EaA|aH000000096103K;<Z({%e002Y)00962000010003R0002I0000eX=!d|000000096102*m-W@Q2Z00"
        "001003cjFfl`KY;SS^0001LX>f9I0000>X>en20000KX>)L8000000001>0001Z0000GaA|mH000000}2WX0000CVRkV?fgn"
        "Ht0000JV{dG7ZewhC0096E00w{n000+haBX1#00000000310R#a8g9HEo0K{!%VRRAz3JEwJr~C7OhJ#2ltN}zo000OG^thz"
        "$>~{~R7@LR81L%6WOe*BcK3Eq0-p|2q6?+28U$8?RZB<cFebgN(JAo?OE8YU_R+?K>mt-iI$#O4USkq7T$+2}gluc>1^};dC"
        "gi<}l5i7wwS?=ZZ{;*>rkE{z0B=5&8wQA))F{8^3x7udI?4LKk>I0QksS(*Qb@uL<m&XTl_HpzA5;eJnPVjViq22Cf5DuKW;"
        "~r^9mpizUG(Z"
    ),
    12: (
        "0000SW^{RQVRmU|00000VRmU|ZE0pPZE0a<0002;ZDn*}000000000eXk=`10000000000aA{+7000000000000000Y-wU)c"
        "4=k+0000EaA|aH000000096103K;<Z({%e002Y)00962000010003N0002+0000eX=!d|000000096102*m-W@Q2Z0000100"
        "3cjFfl`KY;SS^0001LX>f9I0000>X>en20000KX>)L8000000001>0001Z0000GaA|mH000000}Kod0000CVRkV?fk0pY000"
        "0JV{dG7ZewhC0096E00w{n000+haBX1#00000000310R#a8g9HEo0QhZWVRRAz3JF*pr~C7uA)wJR-~mKH004prvp|ce-fu_"
        "OMHa2ir%+CF*rDyDAK{}7OMf7LyNgRW1#TfHbeP9D#8Of<%Wo#+AE&6Cj*Od}`V5#(>$M{~LW`m`#6^z0rY9M5oW{Z6A3)1B"
        "X}cfU5;{77iJWj;Ks`*#-y|?k(rs^&V$|5JL2wb=``d0`M(!$B@#KTc)>yB;30xLbzG64i^4n~Ez}dR0YZ<EE_&CO**)%bQ("
        "8E8ng|^ByLVhqy-ldyotK>i-au<2fyo@LM%p56L75xuoAk3GLk~$0zCu`Z!`2l})E6r?8@?!"
    ),
}


def deep_avif(depth: int) -> bytes:
    """A file of 10 or 12 bits."""
    return base64.b85decode(_FILES[depth])
