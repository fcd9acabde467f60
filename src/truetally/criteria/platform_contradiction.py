"""Platform contradiction.

Finds: a user agent of iOS with the Flash plugin; a user agent of Android with Flash 12 or newer; a
native iOS app whose user agent is Windows or Android; a native Android app whose user agent is
Windows or iOS. By parameter, also a terminal known to be a PC whose user agent is iOS or Android.

Shows: Flash was never made for iOS, and its last edition for Android was 11.1, so no browser there
can list it or a later one. A native app is built for one system and runs on it; the system under it
writes the user agent. Two statements about one machine cannot both be true.

Innocent causes: Puffin, which renders on a server and lists the server's plugins, is excepted.
Desktop mode of phones and tablets claims a Mac or Linux, and iPadOS claims a Mac: neither is
flagged. A page for PCs that is opened on a phone is honest: this is why that contradiction is only
judged where the source knows the device and not the page. A developer who emulates a phone.
"""

import ibis.expr.types as ir

from truetally.criterion import Criterion, Page, Parameter, Row, Values, page

LAST_FLASH_ON_ANDROID = 11  # Adobe: Flash Player 11.1 was the last release for mobile browsers


def flag(t: ir.Table, p: Values) -> ir.BooleanValue:
    """Say whether terminal, system and plugins contradict each other; null if unknown."""
    ios, android, windows = t.ua_os == "iOS", t.ua_os == "Android", t.ua_os == "Windows"
    flash = (ios & t.plugins_flash) | (android & (t.plugins_flash_major > LAST_FLASH_ON_ANDROID))
    app = ((t.terminal == "ios") & (windows | android)) | (
        (t.terminal == "android") & (windows | ios))
    found = (flash & (t.ua_family != "Puffin")) | app
    if p["terminal_is_device"]:
        found = found | ((t.terminal == "pc") & (ios | android))
    return found


CRITERION = Criterion(
    code="platform-contradiction", revision=1, klass="SIVT", basis="rule", family="technical",
    scope="event", reads=("terminal", "ua_os", "ua_family", "plugins_flash", "plugins_flash_major"),
    one_of=("terminal", "plugins"),
    optional=("terminal", "plugins_flash", "plugins_flash_major"), shape=Row(flag=flag),
    citation="MRC invalid-traffic standards, SIVT: bots that pass as people, falsified "
             "measurement; (2019) Su Min Zhong 778: user agents taken from a list, plugins from a "
             "file",
    standard_says="MRC: SIVT",
    parameters={"terminal_is_device": Parameter(
        default=0, low=0, high=1,
        meaning="1: the source observes the device itself, not which page it was served",
        meaning_zh="1：来源观察的是设备本身，而非所提供的页面类型")},
    en=page(__doc__),
    zh=Page(
        title="平台矛盾",
        finds="iOS 用户代理带有 Flash 插件；Android 用户代理带有 Flash 12 或更新版本；iOS 原生应"
              "用的用户代理为 Windows 或 Android；"
              "Android 原生应用的用户代理为 Windows 或 iOS。依参数，亦包括确知为 PC 而用户代理为"
              " iOS 或 Android。",
        shows="Flash 从未用于 iOS，其 Android 最后版本为 11.1，故该处浏览器不可能列出。原生应用为"
              "一种系统而制并运行其上，"
              "用户代理由其下的系统写成。关于同一台机器的两项陈述不能同时为真。",
        innocent="Puffin 在服务器上渲染并列出服务器插件，已排除。手机和平板的桌面模式自称 Mac 或"
                 " Linux，iPadOS 自称 Mac，均不标记。"
                 "在手机上打开 PC 页面属正常，故仅在来源识别的是设备而非页面时才判断。开发者模拟"
                 "手机。"))
