"""The OpenAPI 3.1 document: generated from the tables that the simulator runs by, so that both always agree.

``of_apis`` describes simulated APIs, ``of_control`` the control plane, ``document`` combines them.
"""
