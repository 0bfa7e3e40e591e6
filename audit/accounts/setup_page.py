"""What the set-up page says, in Chinese and English: labels, hints of the policy in force, faults of a form."""

from __future__ import annotations

from dataclasses import dataclass

from audit.accounts.policy import Policy, joined
from audit.accounts.schemas import LONGEST_PASSWORD

Said = tuple[str, str]  # the same in Chinese and in English

NAME_RULE = (
    "2–32 个字符：小写字母 a–z、数字、点（.）、横线（-）、下划线（_）；第一个须为字母或数字",
    "2–32 characters: a–z, digits, dot (.), dash (-), underscore (_); the first one a letter or a digit",
)
DISPLAY_RULE = ("1–64 个字符，不含不可见字符", "1–64 characters, none of them invisible")
DIFFER = ("两次输入的密码不一致", "The two passwords differ")
TAKEN = ("这个账号已有人使用，请另取一个", "An account with this name exists; choose another")
OTHERS = (
    "表单里有本页没有的内容，请用本页重新填写",
    "The form holds what this page did not ask for; please fill in this page again",
)


@dataclass(frozen=True)
class Field:
    """One line of the form."""

    key: str
    label: Said
    hint: Said | None
    autocomplete: str
    longest: int

    @property
    def kind(self) -> str:
        return "password" if self.autocomplete == "new-password" else "text"


def fields(policy: Policy) -> list[Field]:
    """The form, with hints that say what this installation wants."""
    return [
        Field("name", ("账号", "Account name"), NAME_RULE, "username", 32),
        Field("display", ("姓名", "Your name"), DISPLAY_RULE, "name", 64),
        Field(
            "password",
            ("密码", "Password"),
            _as_sentence(joined(policy.password_rules())),
            "new-password",
            LONGEST_PASSWORD,
        ),
        Field("again", ("再输一次密码", "The password again"), None, "new-password", LONGEST_PASSWORD),
    ]


def _as_sentence(said: Said) -> Said:
    return said[0], said[1][:1].upper() + said[1][1:]


def faults(messages: dict, form: dict, policy: Policy) -> dict[str, Said]:
    """What to say of a form that was refused: all of it at once, one sentence for each field, in the form's order."""
    known = {field.key: field for field in fields(policy)}
    said = {key: _fault(field, form) for key, field in known.items() if key in messages}
    if "password" not in said and (weak := policy.weaknesses(form["password"], form.get("name", ""))):
        chinese, english = joined(weak)
        said["password"] = (f"密码须满足：{chinese}", f"The password must meet this: {english}")
    if "again" not in said and form["again"] != form.get("password"):
        said["again"] = DIFFER
    ordered = {key: said[key] for key in known if key in said}
    return ordered if set(messages) <= set(known) else ordered | {"": OTHERS}


def _fault(field: Field, form: dict) -> Said:
    chinese, english = field.label
    if not form.get(field.key, "").strip():
        return f"请填写{chinese}", f"{english} is missing"
    if field.kind == "text" and field.hint:
        return f"{chinese}须为 {field.hint[0]}", f"{english}: {field.hint[1]}"
    return DIFFER if field.key == "again" else _too_long(field)


def _too_long(field: Field) -> Said:
    return f"{field.label[0]}最多 {field.longest} 个字符", f"{field.label[1]}: at most {field.longest} characters"
