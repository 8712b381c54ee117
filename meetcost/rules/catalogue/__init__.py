# SPDX-License-Identifier: Apache-2.0
"""The rules that a policy can be made of, one a module, each with its documentation in one fixed form."""
