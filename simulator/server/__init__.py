"""Our own transport: HTTP/1.1 in, delivery plans out; TLS.

Stock servers either block when answers are slow or cannot break an answer on
the wire. The application decides (``Reply.delivery``), this package delivers.

``head``, ``body`` and ``reader`` turn bytes into requests and do no I/O;
``answer``, ``plan`` and ``faults`` turn replies into steps and do none either;
``connection`` joins the two with a socket, and ``server`` opens the sockets.
"""

from simulator.server.http.limits import Limits
from simulator.server.server import Server
from simulator.server.server_state import Operations
from simulator.server.wsgi import WsgiApp

__all__ = ["Limits", "Operations", "Server", "WsgiApp"]
