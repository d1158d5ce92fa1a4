"""A stand-in for the publishers on this machine: CBS OData v3 and v4, PDOK, data.overheid.nl.

For tests and for developers (``python -m tests.loopback``). Tables are real answers cut down, or come from
seeded generators in the published shape; generated ones say so in their title page. Faults can be ordered
for a table and a request. Nothing here is used outside tests and benchmarks.
"""

from tests.loopback.service import Fault, LoopbackService
from tests.loopback.tables import LoopbackTable

__all__ = ["Fault", "LoopbackService", "LoopbackTable"]
