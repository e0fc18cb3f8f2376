"""Why does compilation take seconds and not minutes? Every rule is lowered once, then all are optimised together.

Left alone, the compiler optimises each function with all that it calls, emits machine code for each and wraps each for
Python: minutes for a rule book in which rules call rules. Here a rule is only translated; the loop that plays the runs
collects them all and is optimised once.
"""

from typing import Any

import numpy as np
from numba import njit, typeof
from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder, _LowerResult
from numba.core.compiler_lock import global_compiler_lock
from numba.core.compiler_machinery import LoweringPass, register_pass
from numba.core.typed_passes import NativeLowering, NopythonRewrites
from numba.extending import intrinsic

from scenarios.engine.native import Code, flattened, linked


def data_of(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Where the numbers of the first argument lie."""
    return context.data_model_manager[signature.args[0]].get(builder, arguments[0], "data")


@intrinsic
def peek(_: Any, row: Any, at: Any) -> Any:
    """`scenarios.rulebook.layout.peek` as one load: indices never count from the end."""

    def load(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(builder.gep(data_of(context, builder, signature, arguments), [arguments[1]]))

    return row.dtype(row, at), load


@intrinsic
def poke(_: Any, row: Any, at: Any, value: Any) -> Any:
    """`scenarios.rulebook.layout.poke` as one store."""

    def store(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[2], builder.gep(data_of(context, builder, signature, arguments), [arguments[1]]))
        return context.get_dummy_value()

    return types.none(row, at, value), store


@intrinsic
def within(_: Any, row: Any, at: Any, size: Any) -> Any:
    """`scenarios.rulebook.layout.within` taken for granted, so that nothing is left of a check."""

    def granted(context: Any, _builder: Any, _signature: Any, _arguments: Any) -> Any:
        return context.get_constant(types.boolean, True)

    return types.boolean(row, at, size), granted


class RuleLibrary(JITCodeLibrary):
    """The translation of one rule: kept for linking, neither optimised nor made executable by itself."""

    def finalize(self) -> None:
        """Closes the library as it is."""
        self._final_module.verify()
        self._finalized = True

    def closure(self) -> list[Any]:
        """This library and all that it calls, each once."""
        found: dict[int, Any] = {}
        waiting = [self]
        while waiting:
            library = waiting.pop()
            if id(library) not in found:
                found[id(library)] = library
                waiting += getattr(library, "_linking_libraries", [])
        return list(found.values())


class LoopLibrary(JITCodeLibrary):
    """A loop with every rule that it needs, directly or not."""

    def finalize(self) -> None:
        """Collects all rules, then optimises once."""
        direct: list[Any] = self._linking_libraries
        self._linking_libraries: list[Any] = []
        for library in direct:
            members = library.closure() if isinstance(library, RuleLibrary) else [library]
            for member in members:
                if member not in self._linking_libraries:
                    self._linking_libraries.append(member)
        super().finalize()


class OpenLibrary(LoweringPass):
    """Gives a function its library before it is lowered."""

    kind: Any = JITCodeLibrary

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, compilation: Any) -> bool:
        """Called by the pipeline."""
        compilation.library = self.kind(compilation.targetctx.codegen(), compilation.func_id.func_qualname)
        return True


@register_pass(mutates_CFG=False, analysis_only=False)
class OpenRuleLibrary(OpenLibrary):
    """Gives a rule its library."""

    _name, kind = "open_rule_library", RuleLibrary


@register_pass(mutates_CFG=False, analysis_only=False)
class OpenLoopLibrary(OpenLibrary):
    """Gives a loop its library, whose machine code can be kept."""

    _name, kind = "open_loop_library", LoopLibrary

    def run_pass(self, compilation: Any) -> bool:
        """Called by the pipeline."""
        super().run_pass(compilation)
        compilation.library.enable_object_caching()
        return True


@register_pass(mutates_CFG=False, analysis_only=False)
class RegisterRule(LoweringPass):
    """Makes a lowered rule known to its callers without making it executable."""

    _name = "register_rule"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, compilation: Any) -> bool:
        """Called by the pipeline."""
        lowered = compilation["cr"]
        token = object().__sizeof__  # never called; callers look an implementation up by its unique executable
        compilation.targetctx.insert_user_function(token, lowered.fndesc, [compilation.library])
        compilation.reload_init.extend(compilation.library._reload_init)
        compilation["cr"] = _LowerResult(lowered.fndesc, lowered.call_helper, cfunc=token, env=lowered.env)
        return True


class RuleCompiler(CompilerBase):
    """Translates a rule for linking: the usual passes with our own after some, and no wrapper for Python."""

    own: tuple[tuple[Any, Any], ...] = ((OpenRuleLibrary, NopythonRewrites), (RegisterRule, NativeLowering))

    def define_pipelines(self) -> list[Any]:
        """Called by the compiler."""
        flags = self.state.flags
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        pipeline = DefaultPassBuilder.define_nopython_pipeline(self.state)
        for added, after in self.own:
            pipeline.add_pass_after(added, after)
        pipeline.finalize()
        return [pipeline]


class LoopCompiler(RuleCompiler):
    """Translates a loop over runs, which is compiled with all its rules when its library is closed."""

    own = ((OpenLoopLibrary, NopythonRewrites),)


def code_of(loop: Any, given: tuple[Any, ...]) -> Code:
    """The machine code of a loop for arguments like these."""
    made = loop._compiler.compile(tuple(map(typeof, given)), None)
    with global_compiler_lock:
        made.library.finalize()
        made.library.get_pointer_to_function(made.fndesc.llvm_func_name)
    return Code(made.fndesc.llvm_func_name, made.library._get_compiled_object())


PIPELINES = RuleCompiler, LoopCompiler


def for_any_value(rule: Any) -> Any:
    """A rule that is compiled once for all values; left alone, it is compiled anew for each constant it is given."""
    template_for = rule.get_call_template

    def template(args: Any, kws: Any) -> Any:
        of_any = types.unliteral  # type: ignore[attr-defined]
        return template_for([of_any(kind) for kind in args], {name: of_any(kind) for name, kind in kws.items()})

    rule.get_call_template = template
    return rule


def tried(options: dict[str, Any]) -> None:
    """Compiles a loop of one rule, so that what has moved inside numba is noticed before anything else is compiled."""
    one = njit(pipeline_class=RuleCompiler, **options)(lambda row, size: row[0] + row[1] + size)

    def entry(rows, size):  # type: ignore[no-untyped-def]
        rows[0][1] = one(rows[0], size)

    given = ((np.array([1.0, 2.0]), 3), 4.0)
    linked(code_of(njit(pipeline_class=LoopCompiler, **options)(entry), given))(given, list(flattened(given)))
    if given[0][0][1] != 7.0:
        raise RuntimeError("a loop of one rule counts wrongly")
