"""Strategies that ask a language model: endpoint, budget, ledger, replay."""
