#!/usr/bin/python3
"""A real RTSP server for the tests: GStreamer's, with a test picture and a test tone.

usage: rtsp-server.py h264|h265 [none|basic|digest [USER PASSWORD]] [PORT]

Serves rtsp://127.0.0.1:PORT/s (PORT 0: any free one) and prints "listens on PORT" when it does.
"""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

ENCODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 bitrate=500 ! h264parse ! rtph264pay name=pay0 pt=96",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=25 bitrate=500 ! h265parse ! rtph265pay name=pay0 pt=96",
}


def main():
    codec = sys.argv[1]
    authentication = sys.argv[2] if len(sys.argv) > 2 else "none"
    user, password = (sys.argv[3], sys.argv[4]) if authentication != "none" else ("", "")
    port = sys.argv[-1] if sys.argv[-1].isdigit() and len(sys.argv) > 3 else "0"

    Gst.init(None)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        "( videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=25/1 ! "
        + ENCODERS[codec]
        + " audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1 pt=8 )"
    )
    factory.set_shared(True)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)

    if authentication != "none":
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        if authentication == "basic":
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
        else:
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
            auth.add_digest(user, password, token)
        server.set_auth(auth)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)

    server.get_mount_points().add_factory("/s", factory)
    if server.attach(None) == 0:
        sys.exit("the port is taken")
    print("listens on", server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


main()
