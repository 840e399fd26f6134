"""Flit."""
