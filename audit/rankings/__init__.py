"""County boards, rankings, cards and exports."""
