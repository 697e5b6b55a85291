; Definitions
(impl_item) @impl
(mod_item body: (declaration_list)) @definition.module
(struct_item) @definition.struct
(union_item) @definition.struct
(enum_item) @definition.enum
(enum_variant name: (identifier) @definition.member)
(trait_item) @definition.trait
(function_item) @definition.function
(function_signature_item) @definition.function
(field_declaration name: (field_identifier) @definition.field)
(const_item name: (identifier) @definition.constant)
(static_item name: (identifier) @definition.constant)
(type_item) @definition.type
(associated_type) @definition.type
(macro_definition) @definition.macro

; A trait that is implemented is the nearest thing to a base
(impl_item trait: [(type_identifier) (scoped_type_identifier)] @reference.base)
(impl_item trait: (generic_type type: [(type_identifier) (scoped_type_identifier)] @reference.base))
(trait_item bounds: (trait_bounds [(type_identifier) (scoped_type_identifier)] @reference.base))
(attribute_item (attribute [(identifier) (scoped_identifier)] @reference.decorator))

(call_expression function: [(identifier) (scoped_identifier)] @reference.call)
(call_expression function: (generic_function function: [(identifier) (scoped_identifier) (field_expression)] @reference.call))
(macro_invocation macro: [(identifier) (scoped_identifier)] @reference.call)
(struct_expression name: [(type_identifier) (scoped_type_identifier)] @reference.call)
(scoped_type_identifier) @reference.type
(type_identifier) @reference.type
(field_expression field: (field_identifier)) @access
(arguments (scoped_identifier) @reference.attribute)
(let_declaration value: (scoped_identifier) @reference.attribute)
(binary_expression (scoped_identifier) @reference.attribute)
(match_pattern (scoped_identifier) @reference.attribute)
(match_arm value: (scoped_identifier) @reference.attribute)
(tuple_struct_pattern type: (scoped_identifier) @reference.attribute)
(field_initializer value: (scoped_identifier) @reference.attribute)
(assignment_expression right: (scoped_identifier) @reference.attribute)
(reference_expression value: (scoped_identifier) @reference.attribute)
(block (scoped_identifier) @reference.attribute)
(arguments (identifier) @maybe.name)
(let_declaration value: (identifier) @maybe.name)
(binary_expression (identifier) @maybe.name)
(match_pattern (identifier) @maybe.name)
(tuple_struct_pattern type: (identifier) @maybe.name)
(field_initializer value: (identifier) @maybe.name)
(array_expression (identifier) @maybe.name)
(reference_expression value: (identifier) @maybe.name)
(index_expression (identifier) @maybe.name)
(token_tree (identifier) @maybe.name)

; What names hold
(parameter pattern: (identifier) @typing.name type: (_) @typing.type) @typing
(let_declaration pattern: (identifier) @typing.name type: (_) @typing.type) @typing
(let_declaration pattern: (identifier) @typing.name value: (call_expression function: [(identifier) (scoped_identifier) (field_expression)] @typing.call)) @typing
(let_declaration pattern: (identifier) @typing.name value: (try_expression (call_expression function: [(identifier) (scoped_identifier) (field_expression)] @typing.call))) @typing
(let_declaration pattern: (identifier) @typing.name value: (await_expression (call_expression function: [(identifier) (scoped_identifier) (field_expression)] @typing.call))) @typing
(let_declaration pattern: (identifier) @typing.name value: (try_expression (await_expression (call_expression function: [(identifier) (scoped_identifier) (field_expression)] @typing.call)))) @typing
(let_declaration pattern: (identifier) @typing.name value: (reference_expression value: (call_expression function: [(identifier) (scoped_identifier) (field_expression)] @typing.call))) @typing
(let_declaration pattern: (identifier) @typing.name value: (reference_expression value: [(identifier) (field_expression)] @typing.same)) @typing
(let_declaration pattern: (identifier) @typing.name value: (struct_expression name: (_) @typing.type)) @typing
(let_declaration pattern: (identifier) @typing.name value: [(identifier) (field_expression)] @typing.same) @typing
(let_declaration pattern: (identifier) @hides)
(closure_parameters (identifier) @hides @rebinds)
(for_expression pattern: (identifier) @hides @rebinds)
(tuple_pattern (identifier) @hides @rebinds)
(field_declaration name: (field_identifier) @typing.name type: (_) @typing.type) @typing
(static_item name: (identifier) @typing.name type: (_) @typing.type) @typing
(const_item name: (identifier) @typing.name type: (_) @typing.type) @typing
(function_item return_type: (_) @returns.type)
(function_signature_item return_type: (_) @returns.type)
(let_condition pattern: (tuple_struct_pattern type: (identifier) @_some . (identifier) @typing.name .)
  value: (call_expression function: [(identifier) (scoped_identifier) (field_expression)] @typing.call)
  (#any-of? @_some "Some" "Ok")) @typing
(let_condition pattern: (tuple_struct_pattern type: (identifier) @_some . (identifier) @typing.name .)
  value: [(identifier) (field_expression)] @typing.same
  (#any-of? @_some "Some" "Ok")) @typing
(let_declaration pattern: (tuple_struct_pattern type: (identifier) @_some . (identifier) @typing.name .)
  value: (call_expression function: [(identifier) (scoped_identifier) (field_expression)] @typing.call)
  (#any-of? @_some "Some" "Ok")) @typing
(let_declaration pattern: (tuple_struct_pattern type: (identifier) @_some . (identifier) @typing.name .)
  value: [(identifier) (field_expression)] @typing.same
  (#any-of? @_some "Some" "Ok")) @typing
(let_declaration pattern: (identifier) @typing.name value: (call_expression
  function: (scoped_identifier path: (identifier) @_holder)
  arguments: (arguments . (call_expression function: [(identifier) (scoped_identifier) (field_expression)] @typing.call) .))
  (#any-of? @_holder "Arc" "Box" "Rc" "Mutex" "RwLock" "RefCell" "Pin")) @typing
(let_declaration pattern: (identifier) @typing.name value: (call_expression
  function: (scoped_identifier path: (identifier) @_holder)
  arguments: (arguments . (struct_expression name: (_) @typing.type) .))
  (#any-of? @_holder "Arc" "Box" "Rc" "Mutex" "RwLock" "RefCell" "Pin")) @typing
(let_declaration pattern: (identifier) @typing.name value: (call_expression
  function: (scoped_identifier path: (identifier) @_holder)
  arguments: (arguments . [
    (identifier) @typing.same
    (reference_expression value: [(identifier) (field_expression)] @typing.same)] .))
  (#any-of? @_holder "Arc" "Box" "Rc" "Mutex" "RwLock" "RefCell" "Pin")) @typing
(tuple_struct_pattern type: (_) (identifier) @hides @rebinds)
(match_pattern (identifier) @hides @rebinds (#match? @hides "^[a-z_]"))
(captured_pattern . (identifier) @hides @rebinds)
(field_pattern name: (shorthand_field_identifier) @hides @rebinds)
(field_pattern pattern: (identifier) @hides @rebinds)
(type_parameter name: (type_identifier) @bound.name bounds: (trait_bounds . (_) @bound.type .))
(where_predicate left: (type_identifier) @bound.name bounds: (trait_bounds . (_) @bound.type .))
(function_type) @unsaid

(use_declaration) @import
(mod_item !body) @import
(ERROR) @error
