"""The catalogue of everything that can go wrong, each with a stable type, a title in zh and en, and whether to retry.

`retry` tells a phone what to do: `never` (show it), `later` (send again unchanged), `after-fix` (ask the inspector).
"""

from __future__ import annotations

from collections.abc import Mapping


class Problem(Exception):
    """Raise a subclass anywhere; base.http writes it as application/problem+json (RFC 9457)."""

    slug = ""
    status = 500
    zh = ""
    en = ""
    retry = "never"

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **extra,
    ):
        """`errors` maps JSON pointers to sentences; `extra` becomes further members of the document."""
        super().__init__(detail or self.en)
        self.detail, self.headers, self.extra = detail, dict(headers or {}), extra
        self.errors = [{"pointer": pointer, "detail": text} for pointer, text in (errors or {}).items()]

    def document(self, language: str) -> dict:
        """The body of the answer; `language` is zh or en."""
        body = {
            "type": f"/problems/{self.slug}",
            "title": self.zh if language == "zh" else self.en,
            "status": self.status,
            "retry": self.retry,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = self.errors
        return body | self.extra


def _problem(slug: str, status: int, zh: str, en: str, retry: str = "never") -> type[Problem]:
    name = "".join(part.capitalize() for part in slug.split("-"))
    return type(name, (Problem,), {"slug": slug, "status": status, "zh": zh, "en": en, "retry": retry, "__doc__": en})


BadRequest = _problem("bad-request", 400, "请求有误", "The request cannot be understood")
BadHost = _problem("bad-host", 400, "主机名不在允许范围", "This service does not answer to that host name")
MalformedJson = _problem("malformed-json", 400, "JSON 格式错误", "The body is not well-formed JSON")
InvalidParameter = _problem("invalid-parameter", 400, "查询参数无效", "A query parameter is not valid")
AuthenticationRequired = _problem("authentication-required", 401, "请先登录", "Sign in first", "after-fix")
TokenExpired = _problem("token-expired", 401, "登录已过期", "The sign-in has expired", "after-fix")
SecondFactorNeeded = _problem(
    "second-factor-needed", 401, "请输入动态验证码", "Send the code of the second factor too", "after-fix"
)
InvalidCredentials = _problem("invalid-credentials", 401, "账号或密码错误", "Wrong name or password", "after-fix")
ForeignPage = _problem("foreign-page", 403, "请求来自其他网站的页面，已拒绝", "Sent by a page of another site")
Forbidden = _problem("forbidden", 403, "无权执行此操作", "This account may not do that")
PasswordChangeFirst = _problem("password-change-first", 403, "请先修改密码", "Change the password first", "after-fix")
SecondFactorFirst = _problem(
    "second-factor-first", 403, "请先设置动态验证码", "Set up the second factor first", "after-fix"
)
SeparationOfDuties = _problem(
    "separation-of-duties",
    403,
    "须由另一人办理",
    "Duties are separated: somebody else has to do this",
)
AppealClosed = _problem("appeal-closed", 403, "不在申诉期内", "Appeals are taken on certain days only")
NotFound = _problem("not-found", 404, "未找到", "Not found")
MethodNotAllowed = _problem("method-not-allowed", 405, "不支持该方法", "The method is not defined here")
NotAcceptable = _problem("not-acceptable", 406, "无法提供所请求的格式", "The requested format cannot be given")
InspectionConflict = _problem(
    "inspection-conflict",
    409,
    "同一检查已有不同内容",
    "This inspection was sent before with other content",
    "after-fix",
)
InspectionFinal = _problem(
    "inspection-final", 409, "检查已定，不能改报", "Only a returned or waiting inspection takes a revision", "after-fix"
)
PhotosIncomplete = _problem(
    "photos-incomplete", 409, "照片尚未到齐", "Photos of this inspection are still missing", "later"
)
NotReviewable = _problem("not-reviewable", 409, "当前状态不能复核", "The inspection is not waiting for a review")
NotAdmitted = _problem(
    "not-admitted",
    409,
    "逾期或未指派的检查须先准入",
    "A late or unassigned visit is admitted before it is approved",
    "after-fix",
)
VisitMeasures = _problem(
    "visit-measures",
    409,
    "本检查是开放轮次的基线，请先采纳另一基线",
    "An open round measures with this visit: adopt another baseline first",
    "after-fix",
)
EditionMismatch = _problem(
    "edition-mismatch", 409, "清单版本与本轮次不符", "The inspection used another edition than its round"
)
ChecklistImmutable = _problem(
    "checklist-immutable", 409, "已发布的清单不可修改", "A published edition never changes; publish a new one"
)
DuplicateCentre = _problem("duplicate-centre", 409, "中心重复", "The division already has a centre of that name")
RoundExists = _problem("round-exists", 409, "轮次编号已存在", "A round with this code exists")
RoundClosed = _problem("round-closed", 409, "轮次已关闭", "The round is closed")
RoundFrozen = _problem("round-frozen", 409, "轮次已冻结", "The round is frozen: nothing of it changes but by appeals")
NotReady = _problem(
    "not-ready", 409, "尚不具备条件", "Something stands in the way of this step: see the checks", "after-fix"
)
RankingMoved = _problem(
    "ranking-moved", 409, "排名已变化，请重新提议", "The ranking is another one by now: propose it again", "after-fix"
)
PublicationSuperseded = _problem(
    "publication-superseded", 409, "已公布新版，请按新版办理", "A later version was published: go by that one"
)
CardNotStanding = _problem("card-not-standing", 409, "该牌已撤销或被替换", "The card was withdrawn or replaced")
StepOver = _problem("step-over", 409, "该步骤已完成或已撤回", "The step was confirmed or withdrawn before")
ListSuperseded = _problem(
    "list-superseded", 409, "该清单已有新版", "A later version of this list was entered: withdraw that one"
)
PlanMovedOn = _problem("plan-moved-on", 409, "该计划已变更", "The planned visit was replaced or withdrawn before")
FindingMovedOn = _problem(
    "finding-moved-on", 409, "问题当前状态不允许此操作", "The finding stands elsewhere: this step cannot follow"
)
AppealExists = _problem("appeal-exists", 409, "该条目已有申诉", "An appeal on this item stands already")
AppealDecided = _problem("appeal-decided", 409, "申诉已有结果", "The appeal was decided or withdrawn before")
NotAppealable = _problem("not-appealable", 409, "该检查不能申诉", "Only the visit that counts can be appealed against")
AccountExists = _problem("account-exists", 409, "账号已存在", "An account with this name exists")
SecondFactorExists = _problem(
    "second-factor-exists", 409, "已设置动态验证码", "Take the present second factor off first"
)
LastAdmin = _problem("last-admin", 409, "至少保留一个管理员", "The last administrator stays one")
RolesConflict = _problem(
    "roles-conflict", 409, "管理员与审计员不能是同一账号", "One account is never both admin and auditor"
)
BaselineNotAdoptable = _problem(
    "baseline-not-adoptable", 409, "不能采纳为基线", "This inspection cannot become the baseline"
)
PhotoNotChecked = _problem("photo-not-checked", 409, "照片正在核验", "The photo arrived and is being checked", "later")
PointNotLearnable = _problem(
    "point-not-learnable", 409, "没有可学习的坐标", "There is nothing to learn the centre's point from"
)
PointMovedOn = _problem(
    "point-moved-on",
    409,
    "依据已变化，请重新提议",
    "The visits behind this proposal have changed: propose it again",
    "after-fix",
)
OffsetMismatch = _problem(
    "offset-mismatch", 409, "续传位置不符", "Ask with HEAD where to go on: the upload has other bytes by now", "later"
)
PdfUnavailable = _problem(
    "pdf-unavailable", 409, "无法生成 PDF，请使用打印页", "No PDF can be made here: use the page to print"
)
PhotoRemoved = _problem(
    "photo-removed", 410, "照片已超过保存期限", "The photo was kept as long as it had to be, and let go of"
)
UploadExpired = _problem("upload-expired", 410, "续传已过期，请重新上传", "The upload has expired: begin a new one")
VersionMismatch = _problem("version-mismatch", 412, "内容已被他人更新", "It has changed since you read it", "after-fix")
TusVersionUnknown = _problem(
    "tus-version-unknown", 412, "不支持的 tus 协议版本", "Say Tus-Resumable with a version that Tus-Version lists"
)
PayloadTooLarge = _problem("payload-too-large", 413, "请求内容过大", "The body is too large")
PhotoTooLarge = _problem("photo-too-large", 413, "照片文件过大", "The photo is too large", "after-fix")
RangeNotSatisfiable = _problem(
    "range-not-satisfiable", 416, "请求的范围超出文件", "The file has no such bytes: ask for it from the start"
)
UnsupportedMediaType = _problem(
    "unsupported-media-type", 415, "不支持的内容类型", "This content type is not taken here"
)
UnsupportedContentEncoding = _problem(
    "unsupported-content-encoding", 415, "不支持压缩的请求内容", "Request bodies are not unpacked"
)
UnsupportedPhotoFormat = _problem(
    "unsupported-photo-format", 415, "不支持的图片格式", "Photos are JPEG, PNG, WebP or HEIC", "after-fix"
)
ValidationError = _problem("validation-error", 422, "内容未通过校验", "The content is not valid", "after-fix")
WeakPassword = _problem("weak-password", 422, "密码强度不足", "The password is too weak", "after-fix")
UnknownChecklist = _problem("unknown-checklist", 422, "清单版本未发布", "No such edition was published", "after-fix")
ChecksumMismatch = _problem(
    "checksum-mismatch", 422, "文件在传输中损坏", "The bytes that arrived are not those that were announced", "later"
)
PhotoEmpty = _problem("photo-empty", 422, "照片为空文件", "The photo has no bytes", "after-fix")
PhotoAnimated = _problem("photo-animated", 422, "动图不能作为照片", "A moving picture is no photo", "after-fix")
PhotoUnreadable = _problem("photo-unreadable", 422, "照片损坏，无法读取", "The photo is torn or damaged", "after-fix")
PhotoTooManyPixels = _problem(
    "photo-too-many-pixels", 422, "照片像素过多，请缩小后再传", "Too many pixels; scale it down", "after-fix"
)
UploadLocked = _problem("upload-locked", 423, "该上传正在处理", "Another request has this upload in hand", "later")
PreconditionRequired = _problem(
    "precondition-required", 428, "缺少 If-Match", "Say with If-Match which version you saw", "after-fix"
)
RateLimited = _problem("rate-limited", 429, "请求过于频繁", "Too many at once; wait", "later")
TooManyAttempts = _problem("too-many-attempts", 429, "尝试次数过多", "Too many attempts; wait", "later")
TooManyUploads = _problem("too-many-uploads", 429, "未完成的上传过多", "Too many uploads are unfinished", "later")
# 460 is tus's own status, which HTTP does not know
ChunkMismatch = _problem(
    "chunk-mismatch", 460, "分片在传输中损坏", "The bytes of this request do not have the checksum it names", "later"
)
InternalError = _problem("internal-error", 500, "服务器内部错误", "A fault of the server; it was logged", "later")
TemporarilyUnavailable = _problem(
    "temporarily-unavailable", 503, "服务暂时不可用，请稍后重试", "Busy or read-only for the moment", "later"
)
StorageFull = _problem("storage-full", 507, "存储空间已满", "No space is left to store this", "later")


def catalogue() -> list[type[Problem]]:
    """Every problem there is, by status and slug."""
    return sorted(Problem.__subclasses__(), key=lambda each: (each.status, each.slug))


def again(told: Mapping[str, str]) -> Problem:
    """The problem that was noted by its slug and detail."""
    return next(each for each in catalogue() if each.slug == told["slug"])(told["detail"])


def markdown() -> str:
    """docs/problems.md, generated so that it cannot drift."""
    lines = [
        "# Problems",
        "",
        "Every error answer is `application/problem+json` (RFC 9457) with one of these types. Generated by "
        "`audit problems`; a test keeps it true.",
        "",
        "| type | status | 标题 | title | retry |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `/problems/{each.slug}` | {each.status} | {each.zh} | {each.en} | {each.retry} |" for each in catalogue()
    ]
    return "\n".join(lines) + "\n"
