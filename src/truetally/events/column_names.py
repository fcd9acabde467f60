"""What sources call the event's columns, in English and Chinese, and how values look."""

import re
from collections.abc import Mapping

# Compared without case, spaces, "_", "-" and ".".
NAMES: Mapping[str, tuple[str, ...]] = {
    "time_ms": ("time_ms", "time", "timestamp", "ts", "event_time", "datetime", "date_time",
                "log_time", "play_time", "start_time", "created_at", "server_time",
                "client_time", "event_timestamp", "dt", "时间", "播放时间", "访问时间",
                "点击时间", "日志时间", "发生时间", "时间戳", "开始时间"),
    "kind": ("kind", "event", "event_type", "action", "act", "event_name", "type", "事件",
             "事件类型", "行为", "动作"),
    "item_id": ("item_id", "item", "video_id", "vid", "tvid", "content_id", "title_id",
                "song_id", "track_id", "album_id", "game_id", "page_id", "article_id",
                "episode_of", "movie_id", "aid", "bvid", "视频id", "视频", "内容id", "歌曲id",
                "专辑id", "游戏id", "作品id", "剧集id", "节目id"),
    "part_id": ("part_id", "episode", "episode_id", "part", "ep", "chapter_id", "cid", "集",
                "分集id", "集数", "分集"),
    "account_id": ("account_id", "account", "user_id", "uid", "userid", "user", "member_id",
                   "login_id", "passport_id", "customer_id", "remote_user", "用户id", "用户",
                   "账号", "帐号", "会员id", "账户"),
    "session_id": ("session_id", "session", "sid", "visit_id", "会话id", "会话"),
    "cookie_id": ("cookie_id", "cookie", "visitor_id", "client_id", "anonymous_id", "guid",
                  "user_cookie", "ck", "访客id", "用户cookie"),
    "device_id": ("device_id", "device", "dfp", "fingerprint", "device_fingerprint", "fp",
                  "deviceid", "imei", "idfa", "oaid", "udid", "did", "设备指纹", "设备id",
                  "设备号", "设备"),
    "ip": ("ip", "client_ip", "remote_addr", "ip_address", "remote_ip", "user_ip", "clientip",
           "addr", "ip地址", "用户ip", "客户端ip"),
    "user_agent": ("user_agent", "ua", "http_user_agent", "agent", "useragent", "浏览器ua",
                   "用户代理", "浏览器标识"),
    "plugins": ("plugins", "plugin_list", "browser_plugins", "plugin", "navigator_plugins",
                "插件", "插件列表", "浏览器插件"),
    "referrer": ("referrer", "referer", "http_referer", "http_referrer", "ref", "refer", "rfr",
                 "previous_page", "前链", "来源", "来源页", "来路", "引荐页", "前链接"),
    "page_url": ("page_url", "url", "page", "current_url", "location", "request_uri", "href",
                 "uri", "当前页", "当前页面", "页面", "网址", "页面url"),
    "terminal": ("terminal", "terminal_type", "platform", "client_type", "os_type",
                 "device_type", "终端", "终端类型", "平台", "端"),
    "region": ("region", "region_code", "province", "province_code", "city_code", "area_code",
               "地区", "地域", "省份", "地区代码", "行政区划代码"),
    "watched_ms": ("watched_ms", "watch_time", "watched", "duration_watched", "play_duration",
                   "stay", "stay_time", "dwell", "watch_seconds", "view_time", "played",
                   "listen_time", "观看时长", "播放时长", "停留时间", "停留时长", "收听时长"),
    "length_ms": ("length_ms", "length", "video_length", "item_length", "total_duration",
                  "content_duration", "video_duration", "track_length", "视频时长", "总时长",
                  "片长"),
    "visible_permille": ("visible_permille", "visibility", "visible", "in_view", "viewability",
                         "可见比例", "可见度"),
    "interacted": ("interacted", "interaction", "user_gesture", "gesture", "is_trusted", "交互",
                   "用户手势"),
    "automation": ("automation", "webdriver", "is_automated", "navigator_webdriver", "自动化"),
    "method": ("method", "http_method", "request_method", "verb", "请求方法"),
    "status": ("status", "status_code", "http_status", "response_code", "code", "sc_status",
               "状态码"),
    "bytes_sent": ("bytes_sent", "bytes", "body_bytes_sent", "response_size", "sent_bytes",
                   "sc_bytes", "发送字节", "流量"),
    "duration_ms": ("duration_ms", "duration", "request_time", "response_time", "time_taken",
                    "elapsed", "耗时", "响应时间"),
    "range_start": ("range_start",),
    "range_end": ("range_end",),
    "prefetch": ("prefetch", "is_prefetch", "purpose_prefetch", "预取"),
    "paid": ("paid", "is_paid", "paid_play", "vip_play", "is_vip_content", "付费", "付费播放",
             "是否付费"),
    "value_action": ("value_action", "conversion", "conversion_type", "转化", "转化动作"),
    "placement_w": ("placement_w", "placement_width", "ad_width", "slot_width"),
    "placement_h": ("placement_h", "placement_height", "ad_height", "slot_height"),
    "screen": ("screen", "resolution", "screen_size", "screen_resolution", "分辨率", "屏幕"),
    "language": ("language", "lang", "accept_language", "locale", "语言"),
}
TERMINAL_WORDS: Mapping[str, str] = {
    "pc": "pc", "web": "pc", "desktop": "pc", "windows": "pc", "mac": "pc", "电脑": "pc",
    "h5": "h5", "wap": "h5", "m": "h5", "mobile web": "h5", "mobileweb": "h5",
    "android": "android", "安卓": "android", "ios": "ios", "iphone": "ios", "ipad": "ios",
    "苹果": "ios", "tv": "tv", "ott": "tv", "smarttv": "tv", "smart tv": "tv", "智能电视": "tv",
    "电视": "tv"}
KIND_WORDS: Mapping[str, str] = {
    "play": "play", "vv": "play", "start": "play", "video_play": "play", "stream": "play",
    "播放": "play", "click": "click", "clk": "click", "点击": "click", "view": "view", "pv": "view",
    "pageview": "view", "page_view": "view", "impression": "view", "浏览": "view", "曝光": "view",
    "访问": "view"}
_NOISE = re.compile(r"[\s_.\-]+")


def plain_name(name: str) -> str:
    """Reduce a column name to what is compared: no case, spaces, "_", "-" or "."."""
    return _NOISE.sub("", name).lower()


BY_NAME: Mapping[str, str] = {plain_name(name): target
                              for target, names in NAMES.items() for name in names}
