"""Signaalwijzer: an anonymous Dutch chat assistant about mensenhandel (human trafficking)."""
