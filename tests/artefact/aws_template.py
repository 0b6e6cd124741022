"""The template, read: what `!Ref`, `!GetAtt` and `!Sub` name stands as text."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _short_form(loader: _Loader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    raise yaml.constructor.ConstructorError(problem="a short form of a mapping", problem_mark=node.start_mark)


_Loader.add_multi_constructor("!", _short_form)

TEMPLATE: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506


def resource(name: str) -> dict[str, Any]:
    """The properties of a resource."""
    properties: dict[str, Any] = TEMPLATE["Resources"][name]["Properties"]
    return properties
