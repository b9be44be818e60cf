"""Users, groups and roles: Redshift's words for what PostgreSQL calls roles."""

from collections.abc import Sequence

from local_aws.redshift.tokens import Token, following

BEFORE_PRINCIPAL = ("to", "from", "grant", "revoke", ",", "for")


def without_role(tokens: Sequence[Token]) -> list[Token]:
    """GRANT, REVOKE, ALTER and CREATE of principals as PostgreSQL writes them.

    GRANT ROLE a TO ROLE b becomes GRANT a TO b; PASSWORD DISABLE becomes PASSWORD NULL.
    """
    out: list[Token] = []
    before = ""
    for index, token in enumerate(tokens):
        after = following(tokens, index)
        is_name = after < len(tokens) and tokens[after].kind in ("word", "quoted")
        if token.word == "role" and before in BEFORE_PRINCIPAL and is_name:
            continue
        disabled = token.word == "disable" and before == "password"
        out.append(Token("word", "null") if disabled else token)
        if token.kind != "space":
            before = token.word or token.text
    return out
