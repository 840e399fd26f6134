"""Counts words."""

import sys
from collections import Counter


def count(text):
    return Counter(text.split())


def main():
    for word, times in sorted(count(" ".join(sys.argv[1:])).items()):
        print(word, times)
