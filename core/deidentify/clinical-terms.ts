/**
 * The words that descriptors may keep: body parts, views, modalities, techniques, equipment. A word that is not here goes,
 * so that what nobody thought of is lost rather than told. Lower case; nothing here is how an institution or a person is called.
 */
export const CLINICAL_WORDS: ReadonlySet<string> = new Set(
  `
abdomen abdominal adrenal airway ankle aorta aortic arm artery arterial axial axilla back bladder body bone bowel brachial
brain breast bronchus calcaneus calf cardiac carotid cavity cerebral cervical chest clavicle coccyx colon coronary cranial
cranium cspine duodenum ear elbow esophagus extremity eye face facial femoral femur finger foot forearm gallbladder hand head
heart hip humerus iliac internal jaw joint kidney knee larynx leg lens liver lower lumbar lung lungs lspine mandible
mastoid maxilla mediastinum muscle nasal neck nerve neuro nose orbit orbits ovary pancreas parotid patella pelvis pelvic penis
pharynx pituitary pleura popliteal prostate pulmonary rectum renal rib ribs sacrum sacroiliac scapula sella shoulder sinus
sinuses skull spinal spine spleen sternum stomach subclavian temporal thigh thorax thoracic throat thumb thyroid tibia tmj toe
tongue tooth teeth trachea tspine upper ureter urethra urinary uterus vein venous ventricle vessel vessels vertebra whole wrist
anterior ap bilateral caudal coronal cranial decubitus distal dorsal flexion extension frontal inferior inspiration expiration
lat lateral left lordotic medial oblique pa plantar posterior prone proximal right sagittal standing superior supine transverse
upright ventral view views cc mlo lao rao hfs ffs hfp ffp
ct cta ctp ctpa hrct ldct mr mri mra mrv pet spect nm us xa xr cr dx mg rf ecg ekg eeg vcg scout topogram localizer localiser
surview scanogram survey tracker bolus timing premonitoring monitoring contrast enhanced enhancement noncontrast plain native pre post
delay delayed phase phases early late dual energy low dose routine standard high resolution thin thick slice slices
helical spiral sequence axial volume mpr mip minip vrt vr 3d 2d 4d reformat reformatted recon reconstruction raw images image
series scan scanning study exam protocol test qc quality control water phantom calibration air
soft tissue bone window windows lung mediastinal brain parenchyma angio angiography angiogram venography perfusion diffusion
spectroscopy functional dynamic gated gating prospective retrospective rest stress systole diastole breath hold free breathing
kernel filter sharp smooth detail edge iterative standard medium fine ultra
stroke trauma emergency screening follow followup up biopsy intervention guided
t1 t2 t1w t2w pd flair dwi adc swi stir tse fse gre epi tof dti se ir fs fatsat fat sat weighted tra sag cor ax trace
with without and of the for in on to w wo iv oral
pediatric child adult infant neonate
lead leads limb precordial chest rhythm median beat beats resting holter channel channels i ii iii avr avl avf v1 v2 v3 v4 v5 v6 v7 v8 v9
v3r v4r c1 c2 c3 c4 c5 c6 c7 t3 t4 t5 t6 t7 t8 t9 t10 t11 t12 l1 l2 l3 l4 l5 s1
p q r s t u qrs qt qtc pr pp rr st wave waves interval duration amplitude axis onset offset peak rate ventricular atrial
normal abnormal sinus bradycardia tachycardia arrhythmia fibrillation flutter ectopic premature supraventricular complex
block bundle branch first second third degree av hypertrophy infarction ischemia ischaemia elevation depression inversion
bazett fridericia framingham hodges correction corrected global measurement measurements heart noise baseline wander
millivolt microvolt millisecond hertz per minute second seconds
manual automatic auto user helical clockwise counterclockwise stepped spiral rotating flat none unknown other
male female original primary derived secondary
abdomenpelvis headneck iodine iodinated iohexol iopamidol iodixanol iopromide gadolinium omnipaque ultravist visipaque barium saline
fdg f18 tc99m glucose fluorodeoxyglucose mdp
siemens healthineers healthcare philips medical systems ge general electric toshiba canon hitachi fujifilm fuji united imaging uih
neusoft mindray samsung esaote hologic shimadzu carestream agfa konica minolta kodak mortara schiller nihon kohden edan
somatom definition sensation emotion perspective force drive edge flash lightspeed optima revolution discovery brightspeed
brilliance ingenuity iqon aquilion prime genesis aera skyra avanto prisma verio magnetom biograph signa ingenia achieva cardiosoft
syngo demo
`
    .trim()
    .split(/\s+/),
);

/** Words of measure that a number may stand before. */
export const UNIT_WORDS: ReadonlySet<string> = new Set(
  "mm cm s sec ms kv kvp ma mas ml hz bpm lead leads channel channels slice slices phase phases d t mv uv 导联 期 层 排 秒 毫米".split(
    " ",
  ),
);

/** The same in Chinese; the longest that fits is taken. */
export const CLINICAL_TERMS_ZH: ReadonlySet<string> = new Set(
  `
头 头部 头颅 颅脑 颅 脑 脑部 大脑 小脑 脑干 颅底 垂体 蝶鞍 眼 眼眶 耳 内耳 中耳 乳突 颞骨 鼻 鼻窦 鼻咽 鼻骨 副鼻窦 口腔 下颌 上颌 颌面 颌面部 牙 牙齿 舌
颈 颈部 颈椎 颈动脉 咽 喉 咽喉 甲状腺 腮腺 气管 支气管 食管 食道 胸 胸部 胸廓 胸椎 胸骨 胸膜 肺 肺部 双肺 左肺 右肺 上叶 中叶 下叶 肺动脉 肺静脉 纵隔 纵膈 肋骨 锁骨 肩胛骨
心 心脏 心肌 心房 心室 冠脉 冠状动脉 主动脉 腹主动脉 乳腺 腹 腹部 上腹 上腹部 中腹部 下腹 下腹部 全腹 全腹部 肝 肝脏 胆 胆囊 胆道 胰 胰腺 脾 脾脏 肾 肾脏 双肾 肾上腺 输尿管 膀胱 泌尿系 泌尿系统
胃 肠 小肠 结肠 直肠 阑尾 盆腔 骨盆 子宫 卵巢 前列腺 腰 腰椎 骶 骶椎 骶髂关节 尾椎 脊柱 脊髓 椎间盘 四肢 上肢 下肢 肩 肩部 肩关节 肘 肘关节 腕 腕关节 手 手部 手指 髋 髋关节
膝 膝部 膝关节 踝 踝关节 足 足部 跟骨 股骨 胫骨 腓骨 肱骨 尺骨 桡骨 关节 骨 骨骼 软组织 血管 动脉 静脉 门静脉 下肢动脉 下肢静脉 淋巴结 全身
平扫 增强 扫描 强化 平扫加增强 动脉期 静脉期 门脉期 延迟期 实质期 延迟 动态 灌注 弥散 成像 造影 血管造影 血管成像 三维 重建 三维重建 多平面重建 薄层 薄层重建 厚层 定位 定位像 定位片 高分辨 高分辨率 低剂量 螺旋
骨窗 肺窗 纵隔窗 软组织窗 脑窗 窗 横断位 轴位 冠状位 矢状位 斜位 正位 侧位 正侧位 站立位 仰卧位 俯卧位 左侧 右侧 双侧 左 右 双 上 下 前 后 呼气 吸气
检查 常规 急诊 体检 复查 筛查 随访 质控 水模 校准 测试 序列 图像 普通 十二导联 导联 心电图 静息心电图 动态心电图 心电 静息 运动 节律 窦性心律 窦性 心律 心动过速 心动过缓 心律不齐 早搏 房性 室性 房颤 心房颤动 房扑 传导阻滞 束支 左束支 右束支
抬高 压低 倒置 异常 正常 大致正常 波 间期 时限 电轴 左偏 右偏 肥大 肥厚 高电压 低电压 改变 核磁 磁共振 超声 彩超 平片 数字化摄影 与 及 和
`
    .trim()
    .split(/\s+/),
);
