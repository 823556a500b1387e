"""The OpenAPI 3.1 document: written from the tables that the simulator runs by, so that it cannot disagree with them.

``of_apis`` describes simulated APIs, ``of_control`` the control plane, ``document`` puts them together.
"""
