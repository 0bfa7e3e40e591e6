"""The trail in words: what each action is called, and the days that a list of it is asked for."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from audit.base import clock

ACTIONS = {
    "account.change": ("修改账号", "Account changed"),
    "account.open": ("开设账号", "Account opened"),
    "account.reset": ("重置密码", "Password reset"),
    "appeal.dismiss": ("申诉维持原结果", "Appeal dismissed"),
    "appeal.file": ("提出申诉", "Appeal filed"),
    "appeal.uphold": ("申诉变更结果", "Appeal upheld"),
    "appeal.withdraw": ("撤回申诉", "Appeal withdrawn"),
    "baseline.adopt": ("采纳基线", "Baseline adopted"),
    "baseline.confirm": ("确认基线", "Baseline confirmed"),
    "baseline.propose": ("提出基线", "Baseline proposed"),
    "card.acknowledge": ("签收亮牌", "Card acknowledged"),
    "card.withdraw": ("撤销亮牌", "Card withdrawn"),
    "cards.issue": ("印发亮牌", "Cards issued"),
    "centres.import": ("导入中心名录", "Centres imported"),
    "centres.load-registry": ("装入区划名录", "Registry loaded"),
    "document.keep": ("保存文件", "Document kept"),
    "edition.publish": ("发布版本", "Edition published"),
    "finding.close": ("整改销号", "Finding closed"),
    "finding.order": ("下达整改", "Rectification ordered"),
    "finding.order-all": ("批量下达整改", "Rectifications ordered"),
    "finding.reopen": ("重新打开问题", "Finding reopened"),
    "finding.report": ("上报整改", "Rectification reported"),
    "finding.return": ("退回整改", "Rectification returned"),
    "finding.withdraw": ("撤销整改要求", "Rectification withdrawn"),
    "inspection.admit": ("准入核查", "Visit admitted"),
    "inspection.approve": ("复核通过", "Visit approved"),
    "inspection.confirm-voiding": ("确认作废核查", "Voiding confirmed"),
    "inspection.decide": ("条目认定", "Item decided"),
    "inspection.join": ("参与核查", "Visit joined"),
    "inspection.keep-aside": ("另存冲突内容", "Conflict kept aside"),
    "inspection.propose-voiding": ("提出作废核查", "Voiding proposed"),
    "inspection.return": ("复核退回", "Visit returned"),
    "inspection.submit": ("提交核查", "Visit submitted"),
    "inspection.void": ("作废核查", "Visit voided"),
    "list.enter": ("录入下发清单", "List entered"),
    "list.withdraw": ("撤回下发清单", "List withdrawn"),
    "password.change": ("修改密码", "Password changed"),
    "photo.accept": ("照片核验通过", "Photo accepted"),
    "photo.forget": ("清理无用照片", "Photo forgotten"),
    "photo.keep": ("收到照片", "Photo received"),
    "photo.reject": ("照片核验不通过", "Photo rejected"),
    "photo.remove": ("清理过期照片", "Photo removed"),
    "plan.enter": ("录入计划", "Plan entered"),
    "plan.replace": ("更换计划", "Plan replaced"),
    "plan.withdraw": ("撤回计划", "Plan withdrawn"),
    "point.confirm": ("确认学得坐标", "Learnt point confirmed"),
    "point.propose": ("提出学得坐标", "Learnt point proposed"),
    "preview.forget": ("清理预览图", "Preview forgotten"),
    "preview.keep": ("收到预览图", "Preview received"),
    "ranking.import": ("导入往期排名", "Earlier ranking imported"),
    "round.close": ("结束轮次", "Round closed"),
    "round.draw": ("双随机抽取", "Draw made"),
    "round.freeze": ("冻结轮次", "Round frozen"),
    "round.open": ("开启轮次", "Round opened"),
    "round.propose": ("提出冻结或公布", "Freeze or publication proposed"),
    "round.publish": ("公布排名", "Ranking published"),
    "round.tier": ("调整中心类型", "Tier changed"),
    "round.withdraw": ("撤回提议", "Proposal withdrawn"),
    "second-factor.begin": ("开始设置动态验证码", "Second factor begun"),
    "second-factor.confirm": ("启用动态验证码", "Second factor in use"),
    "second-factor.remove": ("停用动态验证码", "Second factor taken off"),
    "setup.account": ("建立首个管理员", "First administrator made"),
    "setup.link": ("生成首次设置链接", "Set-up link made"),
    "sign-in.fail": ("登录失败", "Sign-in failed"),
    "sign-ins.forget": ("清理过期登录", "Ended sign-ins forgotten"),
    "storage.sweep": ("清理无主文件", "Files swept"),
    "token.issue": ("登录", "Signed in"),
    "token.revoke": ("退出登录", "Signed out"),
    "token.revoke-all": ("全部设备退出登录", "Signed out everywhere"),
}
FAULTS = {
    "a line is missing": ("前一行缺失", "the line before it is missing"),
    "it does not follow the line before it": ("与前一行不衔接", "it does not follow the line before it"),
    "its content was changed": ("内容被改动", "its content was changed"),
}


def between(asked: dict) -> dict:
    """A query of days, as the list of lines is asked: `since` and `until` are the ends of these days in Beijing."""
    days = {"since": asked.get("since_day"), "until": asked.get("until_day")}
    moments = {name: _midnight(day, name == "until") for name, day in days.items() if day}
    return {name: value for name, value in asked.items() if name not in ("since_day", "until_day")} | moments


def _midnight(day, after: bool) -> datetime:
    return datetime.combine(day + timedelta(days=after), time(), clock.BEIJING)


def as_query(wanted: dict) -> dict[str, str]:
    """The same for the address of the file."""
    kept = {name: wanted[name] for name in ("actor", "action", "subject") if name in wanted}
    return kept | {name: wanted[name].isoformat() for name in ("since", "until") if name in wanted}
