/** Whose app this page runs in, by what its user agent says; the first that fits. Pages inside other apps come first. */
const FAMILIES = [
  ['wecom', /wxwork/i], ['wechat', /MicroMessenger/i], ['dingtalk', /DingTalk/i], ['alipay', /AlipayClient/i],
  ['qq', /MQQBrowser|\bQQ\/|TBS\//i], ['uc', /UCBrowser|UCWEB/i], ['quark', /Quark/i], ['baidu', /baidubox|BIDUBrowser/i],
  ['huawei', /HuaweiBrowser/i], ['xiaomi', /MiuiBrowser/i], ['vivo', /VivoBrowser/i], ['oppo', /HeyTapBrowser/i],
  ['samsung', /SamsungBrowser/i], ['edge', /Edg(A|iOS)?\//], ['firefox', /Firefox|FxiOS/], ['chrome', /Chrome|CriOS/], ['safari', /Safari/],
]
/** They show pages in an engine of their own: offline start, position and camera differ from version to version. */
const INSIDE_OTHERS = ['wecom', 'wechat', 'dingtalk', 'alipay', 'qq', 'uc', 'quark', 'baidu']
/** The oldest engines that understand what the app is built for (vite.config.js: es2022). */
const OLDEST = [[/Chrome\/(\d+)/, 94], [/Firefox\/(\d+)/, 93], [/OS (\d+_\d+).*like Mac OS X/, 16.4], [/Version\/(\d+\.\d+).*Safari/, 16.4]]

/**
 * @param {string} userAgent
 * @returns {{family: string, version: number|null, inside: boolean, old: boolean}}
 */
export function browserOf(userAgent) {
  const [family] = FAMILIES.find(([, sign]) => sign.test(userAgent)) ?? ['other']
  const [engine, oldest] = OLDEST.find(([sign]) => sign.test(userAgent)) ?? [null, 0]
  const version = engine && Number(engine.exec(userAgent)[1].replace('_', '.'))
  return { family, version, inside: INSIDE_OTHERS.includes(family), old: version !== null && version < oldest }
}
