"""A server on loopback, in the place of the hosts that have the data."""

import http.server
import threading


class Server:
    """A server on loopback with files by path; those in ``cut`` end halfway."""

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.asked: list[str] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_HEAD(self, body=False):
                outer.asked.append(f"{self.command} {self.path}")
                content = outer.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if body:
                    half = len(content) // 2
                    self.wfile.write(content[:half] if self.path in outer.cut else content)

            def do_GET(self):
                self.do_HEAD(body=True)

            def log_message(self, format, *args):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()
