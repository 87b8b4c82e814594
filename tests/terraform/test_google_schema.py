"""The schema is read out of generated code of which these are cuttings."""

from __future__ import annotations

from tests.terraform.google_schema import Source

TYPINGS = """
export interface ThingConfig extends cdktn.TerraformMetaArguments {
    /**
    * What it does. Possible values: ["RUN", "REST"]
    *
    * Docs: {@link https://registry.example/thing#mode Thing#mode}
    */
    readonly mode: string;
}
"""
CODE = """
class ThingPartOutputReference extends cdktn.ComplexObject {
    // size - computed: false, optional: false, required: true
    get size() {
        return this.getNumberAttribute('size');
    }
}
class Thing extends cdktn.TerraformResource {
    constructor() {
        super({ providerVersion: '8.7.0' });
    }
    // mode - computed: false, optional: false, required: true
    get mode() {
        return this.getStringAttribute('mode');
    }
    // hosts - computed: false, optional: true, required: false
    get hosts() {
        return cdktn.Fn.tolist(this.getListAttribute('hosts'));
    }
    // seen - computed: true, optional: false, required: false
    _seen = new ThingPartList(this, "seen", false);
    // part - computed: false, optional: false, required: true
    _part = new ThingPartOutputReference(this, "part");
    synthesizeHclAttributes() {
        const attrs = {
            part: {
                value: thingPartToHclTerraform(this._part.internalValue),
                isBlock: true,
                type: "list",
                storageClassType: "ThingPartList",
            },
        };
    }
}
"""


def test_attributes_and_blocks_are_read() -> None:
    source = Source(CODE, TYPINGS)
    assert source.version == "8.7.0"
    assert source.block() == {
        "attributes": {
            "mode": {"type": "string", "required": True, "values": ["RUN", "REST"]},
            "hosts": {"type": ["set", "string"], "optional": True},
            "seen": {"type": ["list", ["object", {"size": "number"}]], "computed": True},
        },
        "blocks": {
            "part": {
                "nesting": "list",
                "min_items": 1,
                "max_items": 1,
                "attributes": {"size": {"type": "number", "required": True}},
            }
        },
    }
