"""Stories found by datasketch or rensa, beside `Benchmarks/near`: near-peers.py PEER < texts

A line of the input is a story's number, a tab and a text. Prints what `NearBenchmarks run` prints. The shingles are the same:
pairs of neighbouring words.
"""

import resource
import sys
import time

SIMILARITY = 0.7
PERMUTATIONS = 128


def shingles(text):
    words = text.split()
    return [f"{one} {other}" for one, other in zip(words, words[1:])]


def datasketch():
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=SIMILARITY, num_perm=PERMUTATIONS)

    def sign(text):
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch([shingle.encode() for shingle in shingles(text)])
        return signature

    return sign, index.query, lambda number, signature: index.insert(number, signature, check_duplication=False), (
        lambda one, other: one.jaccard(other)
    )


def rensa():
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=SIMILARITY, num_perm=PERMUTATIONS, num_bands=PERMUTATIONS // 4)

    def sign(text):
        signature = RMinHash(num_perm=PERMUTATIONS, seed=42)
        signature.update(shingles(text))
        return signature

    return sign, index.query, index.insert, lambda one, other: one.jaccard(other)


def main():
    name = sys.argv[1]
    sign, query, insert, similarity = {"datasketch": datasketch, "rensa": rensa}[name]()
    signatures = {}
    stories = {}
    told = set()
    retold = found = marked = right = count = 0
    signing = 0.0
    start = time.process_time()
    for line in sys.stdin:
        story, text = line.rstrip("\n").split("\t")
        count += 1
        began = time.process_time()
        signature = sign(text)
        signing += time.process_time() - began
        best, most = None, SIMILARITY - 0.1
        for candidate in query(signature):
            likeness = similarity(signatures[candidate], signature)
            if likeness >= most:
                best, most = candidate, likeness
        if story in told:
            retold += 1
        told.add(story)
        if best is None:
            insert(count, signature)
            signatures[count] = signature
            stories[count] = story
            continue
        marked += 1
        if stories[best] == story:
            right += 1
            found += 1
    used = time.process_time() - start
    print(f"signatures a second of a core  {int(count / signing)}")
    print(f"records a second of a core     {int(count / used)}")
    print(f"recall                         {found / max(1, retold):.4f}")
    print(f"precision                      {right / max(1, marked):.4f}")
    print(f"most resident                  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")


main()
