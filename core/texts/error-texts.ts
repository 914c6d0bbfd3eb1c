import type { ErrorCode } from "../errors.ts";

/** What happened, what was kept, what to do next: for the person who gets the error. */
export const errorTexts = {
  "error.not-signed-in": [
    "登录已过期，请重新登录。已输入的内容仍保留在本页。",
    "You are signed out. Sign in again; what you typed is kept on this page.",
  ],
  "error.wrong-credentials": ["用户名或密码不正确，请重试。", "User name or password is not right. Try again."],
  "error.too-many-attempts": ["尝试次数过多，请一分钟后再试。", "Too many attempts. Try again in a minute."],
  "error.not-allowed": [
    "您没有此操作的权限。如需开通，请联系管理员。",
    "You may not do this. Ask the administrator if you should.",
  ],
  "error.cross-site-request": [
    "请求来自其他网站，已拒绝。请从本系统页面操作。",
    "The request came from another site and was refused. Use this system's own pages.",
  ],
  "error.calling-ae-title-unknown": [
    "设备的 AE Title 未登记。请管理员登记后重新发送。",
    "The device's AE title is not registered. Have it registered, then send again.",
  ],
  "error.not-found": ["没有找到，或不属于您的机构。", "Not found, or not of your institution."],
  "error.request-invalid": [
    "提交的内容不完整或格式不正确：{{where}}",
    "What was sent is incomplete or malformed: {{where}}",
  ],
  "error.media-type-unsupported": ["不支持的内容类型。", "This content type is not supported."],
  "error.not-acceptable": ["无法按所要求的格式提供。", "It cannot be given in the form that was asked for."],
  "error.too-large": ["内容过大，请分批发送。", "Too large. Send it in smaller parts."],
  "error.range-not-there": ["请求的字节范围不存在。", "The bytes that were asked for are not there."],
  "error.peer-refused": [
    "对方设备未接受（{{aeTitle}}），稍后将自动重试。",
    "The other device ({{aeTitle}}) did not take it. It will be tried again.",
  ],
  "error.destination-may-not-see": [
    "目的地（{{aeTitle}}）所属机构无权查看该机构的检查，未转发。仅可转发至本机构或其阅片中心的设备。",
    "The institution of {{aeTitle}} may not see these studies; nothing was sent. Forward to devices of the site itself or of a centre that reads for it.",
  ],
  "error.prior-patient-unsure": [
    "无法确认患者身份（{{reason}}），未调取既往检查。请核对患者 ID 和出生日期。",
    "Who the patient is is not sure enough ({{reason}}); no earlier studies were fetched. Check the patient ID and date of birth.",
  ],
  "error.prior-answers-too-many": [
    "{{aeTitle}} 返回的检查过多，未按患者 ID 查询，未调取既往检查。请检查该 PACS 的设置。",
    "{{aeTitle}} answered with more studies than a patient has: it does not look for the patient ID. Nothing was fetched; check that PACS.",
  ],
  "error.no-prior-rule": [
    "该机构没有适用于此检查的既往检查调取规则。",
    "The site has no rule for fetching earlier studies for this kind of study.",
  ],
  "error.order-exists": [
    "检查号 {{accessionNumber}} 已存在，请换一个或留空由系统生成。",
    "There is an order with accession number {{accessionNumber}} already. Give another, or none: the system makes one.",
  ],
  "error.order-begun": [
    "检查已开始或已结束，不能再修改或取消。",
    "The examination has begun or ended; it can no longer be changed or cancelled.",
  ],
  "error.transfer-abandoned": ["此传输已被放弃；可以重试。", "This transfer was abandoned. It can be tried again."],
  "error.transfer-not-waiting": ["此传输已结束，无需放弃。", "This transfer has ended; there is nothing to abandon."],
  "error.rule-exists": ["已有相同的规则。", "There is such a rule already."],
  "error.application-entity-in-use": [
    "{{title}} 仍被使用，未删除：转发规则 {{forwardRules}} 条，既往检查规则 {{priorRules}} 条，未完成传输 {{transfers}} 项，未完成检查申请 {{orders}} 项。请先处理这些，再删除。",
    "{{title}} is still in use and was not deleted: forward rules {{forwardRules}}, prior rules {{priorRules}}, transfers to be made {{transfers}}, orders to be done {{orders}}. See to these first.",
  ],
  "error.archive-not-empty": [
    "存档中已有检查，未作任何更改。恢复只能在空的存档上进行：请以 HUB_DEMO=off 和新的数据目录启动。",
    "There are studies in this archive; nothing was changed. Restore into an empty one: start with HUB_DEMO=off on a new data directory.",
  ],
  "error.busy": ["服务器正忙，请稍后再试。", "The server is busy. Try again in a moment."],
  "error.frame-unreadable": [
    "此帧图像无法解码（{{reason}}）；原始数据完好保存，可下载原始文件。",
    "This frame cannot be decoded ({{reason}}). The original is kept; it can be downloaded as it is.",
  ],
  "error.frame-too-large": [
    "图像尺寸过大，无法显示；原始数据完好保存。",
    "The image is too large to be shown. The original is kept.",
  ],
  "error.bundle-not-made": [
    "快速阅片数据尚未生成（{{state}}）；可先按原始图像阅片。",
    "The data for fast reading are not made yet ({{state}}). The original images can be read meanwhile.",
  ],
  "error.dicom-unreadable": [
    "不是 DICOM 文件，或文件已损坏；未保存。",
    "Not a DICOM file, or damaged. Nothing of it was kept.",
  ],
  "error.dicom-truncated": [
    "文件不完整（传输或拷贝中断）；未保存，请从设备重新导出。",
    "The file is cut short. Nothing of it was kept; export it again from the device.",
  ],
  "error.dicom-identifier-missing": [
    "缺少必需的标识（{{attribute}}）；未保存。",
    "A required identifier is missing ({{attribute}}). Nothing was kept.",
  ],
  "error.dicom-identifier-invalid": [
    "标识格式不合法（{{attribute}}）；未保存。",
    "An identifier is not valid ({{attribute}}). Nothing was kept.",
  ],
  "error.dicom-header-too-large": ["文件头超出上限；未保存。", "The header is larger than allowed. Nothing was kept."],
  "error.sop-class-unsupported": [
    "不接收此类对象（SOP Class 不受支持）；未保存。",
    "Objects of this SOP class are not taken. Nothing was kept.",
  ],
  "error.sop-class-mismatch": [
    "内容与声明的类型不符；未保存。",
    "The content does not match the class that was announced. Nothing was kept.",
  ],
  "error.bulk-data-missing": [
    "有数据部分（{{attribute}}）未随请求送达；该幅未保存。请连同全部数据重新发送。",
    "Some of the instance's bulk data ({{attribute}}) did not come with the request. It was not kept: send it again with all its data.",
  ],
  "error.bulk-data-mismatch": [
    "数据部分（{{attribute}}）与其类型或图像描述不符；该幅未保存。",
    "The bulk data ({{attribute}}) are not what their media type or the description of the image says. This instance was not kept.",
  ],
  "error.instance-differs": [
    "同一 SOP Instance UID 已有不同内容；已保存的未改动，本次未保存。请设备方核对。",
    "Other bytes are stored under this SOP Instance UID. The stored ones stand, these were not kept; have the device checked.",
  ],
  "error.instance-rejected": [
    "该图像此前已被拒收（患者安全或患者信息错误），不再接收；未保存。",
    "This instance was rejected before (patient safety, or wrong patient) and is not taken again. Nothing was kept.",
  ],
  "error.rejection-final": [
    "无法撤销：已撤销过，或所涉图像已删除。",
    "This rejection cannot be undone: it was undone before, or its images have been deleted.",
  ],
  "error.hold-exists": ["该检查已处于法律保全中。", "This study is under legal hold already."],
  "error.study-of-another-site": [
    "该检查属于其他机构；未保存。",
    "This study belongs to another institution. Nothing was kept.",
  ],
  "error.storage-full": [
    "存储空间已满；此前确认的均已保存。请稍后重发。",
    "Storage is full. What was confirmed is safe; send this again later.",
  ],
  "error.storage-failed": [
    "存储暂时不可用；此前确认的均已保存。请稍后重发。",
    "Storage is not available now. What was confirmed is safe; send this again later.",
  ],
  "error.task-move-impossible": [
    "任务当前状态不允许此操作，页面已更新。",
    "The task's state does not allow this now. The page is up to date again.",
  ],
  "error.task-claimed-by-other": ["{{reader}} 已领取此任务。", "{{reader}} has claimed this task."],
  "error.task-claim-lost": [
    "您对此任务的领取已失效；已输入的内容保留在本页。",
    "Your claim on this task has ended; what you typed is kept on this page.",
  ],
  "error.workitem-exists": ["此 UID 的工作项已存在。", "There is a workitem with this UID already."],
  "error.transaction-uid-wrong": [
    "事务 UID 与领取时的不一致，未作更改。",
    "The Transaction UID is not the one of the claim. Nothing was changed.",
  ],
  "error.workitem-ended": ["该工作项已结束，不能再更改。", "This workitem has ended and can no longer be changed."],
  "error.report-not-signed": [
    "报告尚未签发。请在本系统中书写并审核；签发后此工作项即为完成。",
    "The report is not signed yet. Write and countersign it in the hub; the workitem is completed by that.",
  ],
  "error.countersign-own-report": ["审核须由另一位医师完成。", "A second doctor has to countersign."],
  "error.study-not-complete": [
    "检查仍在接收中，接收完成后即可申请。",
    "The study is still arriving. Ask again once it is complete.",
  ],
  "error.study-deleted": [
    "该检查的影像已按保存期限删除，不能再申请阅片。如原设备或医院影像系统中还有，请重新发送后再申请。",
    "The images of this study were deleted when their retention was over. It cannot be read again unless they are sent once more.",
  ],
  "error.study-rejected": [
    "该检查的影像已全部拒收，没有可阅的图像。请先撤销拒收，或重新发送影像。",
    "All images of this study were rejected, so there is nothing to read. Undo the rejection, or send the images again.",
  ],
  "error.task-exists": ["该检查已申请阅片。", "A reading of this study has been asked for already."],
  "error.no-reading-centre": [
    "尚未为此类检查设置阅片中心，请联系管理员。",
    "No reading centre is set for this kind of study. Ask the administrator.",
  ],
  "error.draft-outdated": [
    "此报告已在另一窗口保存了更新的内容，请核对后再保存。",
    "Newer text was saved from another window. Compare before you save.",
  ],
  "error.report-empty": ["影像学表现和诊断意见均不能为空。", "Findings and impression may not be empty."],
  "error.hanging-protocols-full": [
    "自己的挂片协议最多 {{most}} 个，请先删除不用的。",
    "You can keep {{most}} hanging protocols of your own. Delete one you no longer use.",
  ],
  "error.ecg-unreadable": ["心电波形无法读取：{{reason}}", "The ECG waveform cannot be read: {{reason}}"],
  "error.patient-same": ["所选的是同一位患者，请另选一位。", "This is one and the same patient. Choose another."],
  "error.patient-merged-already": [
    "该患者已合并到另一位患者，请选择合并后的患者。",
    "This patient has been merged into another. Choose the one she was merged into.",
  ],
  "error.patient-other-issuer": [
    "两位患者属于不同机构，只能关联，不能合并或移动检查。",
    "The patients are of different centres: they can be linked, not merged, and no study moved between them.",
  ],
  "error.patient-same-issuer": [
    "两位患者属于同一机构：同一人有两个号时请合并。",
    "The patients are of one centre. If they are the same person with two IDs, merge them.",
  ],
  "error.patient-id-taken": [
    "该患者号已属于另一位患者：同一人请合并，选错患者请移动检查。",
    "This ID is another patient's. Merge them if they are the same person, or move the study.",
  ],
  "error.too-many-marks": [
    "此任务中您的标记已达 {{most}} 个，未再保存。请在报告中描述其余所见。",
    "You have made {{most}} marks in this task; no more are saved. Describe the rest in the report.",
  ],
  "error.patient-change-empty": ["没有需要更改的内容。", "This would change nothing."],
  "error.patient-change-outdated": [
    "预览之后数据已变化，未作更改。请重新核对差异后再执行。",
    "Something changed since the preview; nothing was done. Look at the difference again.",
  ],
  "error.patient-change-undone": ["该更改已被撤销。", "This change has been undone already."],
  "error.patient-change-stood-on": [
    "之后还有更改建立在它之上（{{by}}，{{at}}），请先撤销那一次。",
    "A later change stands on it ({{by}}, {{at}}). Undo that one first.",
  ],
} as const satisfies Readonly<Record<`error.${ErrorCode}`, readonly [string, string]>>;
