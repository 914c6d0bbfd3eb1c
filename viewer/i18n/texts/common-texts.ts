import type { TextTable } from "../../../core/texts/text-table.ts";

export const commonTexts = {
  "common.hub": ["远程阅片中心", "Tele-reading Hub"],
  "common.save": ["保存", "Save"],
  "common.cancel": ["取消", "Cancel"],
  "common.close": ["关闭", "Close"],
  "common.retry": ["重试", "Try again"],
  "common.loading": ["正在加载", "Loading"],
  "common.language": ["English", "中文"],
  "common.sign-out": ["退出", "Sign out"],
  "problem.unreachable": [
    "连接中断。已输入的内容保留在本页，恢复后会自动重试。",
    "The connection is lost. What you typed is kept on this page and sent again once it is back.",
  ],
  "problem.unexpected": [
    "系统出现意外错误，已记录。请重试；若仍出现请联系管理员。",
    "Something unexpected went wrong and was recorded. Try again; if it stays, tell the administrator.",
  ],
  "sex.M": ["男", "Male"],
  "sex.F": ["女", "Female"],
  "sex.O": ["其他", "Other"],
  "sex.": ["性别未知", "Sex unknown"],
} as const satisfies TextTable;
