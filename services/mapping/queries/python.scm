; Definitions
(class_definition) @definition.class
(function_definition) @definition.function
(decorated_definition) @decorated
(type_alias_statement left: (type (identifier) @name)) @definition.type
(type_alias_statement left: (type (generic_type . (identifier) @name))) @definition.type
(module (expression_statement (assignment left: (identifier) @definition.variable)))
(class_definition (block (expression_statement (assignment left: (identifier) @definition.variable))))
(if_statement (block (expression_statement (assignment left: (identifier) @definition.variable))))
(elif_clause (block (expression_statement (assignment left: (identifier) @definition.variable))))
(else_clause (block (expression_statement (assignment left: (identifier) @definition.variable))))
(try_statement (block (expression_statement (assignment left: (identifier) @definition.variable))))
(except_clause (block (expression_statement (assignment left: (identifier) @definition.variable))))
(finally_clause (block (expression_statement (assignment left: (identifier) @definition.variable))))
(with_statement (block (expression_statement (assignment left: (identifier) @definition.variable))))
(for_statement (block (expression_statement (assignment left: (identifier) @definition.variable))))
(while_statement (block (expression_statement (assignment left: (identifier) @definition.variable))))
(case_clause (block (expression_statement (assignment left: (identifier) @definition.variable))))
(assignment right: (assignment left: (identifier) @definition.variable))
(assignment left: [
  (pattern_list [
    (identifier) @definition.variable
    (list_splat_pattern (identifier) @definition.variable)
    (tuple_pattern (identifier) @definition.variable)
    (list_pattern (identifier) @definition.variable)])
  (tuple_pattern [(identifier) @definition.variable (list_splat_pattern (identifier) @definition.variable)])
  (list_pattern [(identifier) @definition.variable (list_splat_pattern (identifier) @definition.variable)])])

; Bases, decorators, types
(class_definition superclasses: (argument_list [(identifier) (attribute)] @reference.base))
(class_definition superclasses: (argument_list (subscript value: [(identifier) (attribute)] @reference.base)))
(decorator [(identifier) (attribute)] @reference.decorator)
(decorator (call function: [(identifier) (attribute)] @reference.decorator))
(type [(identifier) (attribute)] @reference.type)
(type (subscript value: [(identifier) (attribute)] @reference.type subscript: (identifier) @reference.type))
(type (generic_type (identifier) @reference.type))
(type (binary_operator [(identifier) (attribute)] @reference.type))
(type (binary_operator (binary_operator [(identifier) (attribute)] @reference.type)))

; Uses
(call function: (identifier) @reference.call)
(call function: (call) @reference.returned)
(decorator (call) @reference.returned)
(attribute) @access
(argument_list (identifier) @maybe.name)
(keyword_argument value: (identifier) @maybe.name)
(assignment right: (identifier) @maybe.name)
(return_statement (identifier) @maybe.name)
(expression_list (identifier) @maybe.name)
(list (identifier) @maybe.name)
(tuple (identifier) @maybe.name)
(set (identifier) @maybe.name)
(pair value: (identifier) @maybe.name)
(pair key: (identifier) @maybe.name)
(default_parameter value: (identifier) @maybe.name)
(typed_default_parameter value: (identifier) @maybe.name)
(subscript (identifier) @maybe.name)
(comparison_operator (identifier) @maybe.name)
(binary_operator (identifier) @maybe.name)
(boolean_operator (identifier) @maybe.name)
(not_operator (identifier) @maybe.name)
(conditional_expression (identifier) @maybe.name)
(except_clause (identifier) @maybe.name)
(except_clause (as_pattern (identifier) @maybe.name))
(raise_statement . [(identifier) (attribute)] @reference.call)
(if_statement condition: (identifier) @maybe.name)
(for_statement right: (identifier) @maybe.name)
(interpolation (identifier) @maybe.name)

; What names hold
(typed_parameter . (identifier) @typing.name type: (type) @typing.type) @typing
(typed_default_parameter name: (identifier) @typing.name type: (type) @typing.type) @typing
(parameters (identifier) @hides)
(parameters (list_splat_pattern (identifier) @hides))
(parameters (dictionary_splat_pattern (identifier) @hides))
(default_parameter name: (identifier) @hides)
(lambda_parameters (identifier) @hides @rebinds)
(typed_parameter (list_splat_pattern (identifier) @hides))
(typed_parameter (dictionary_splat_pattern (identifier) @hides))
(for_in_clause left: (identifier) @hides @rebinds)
(case_pattern (dotted_name . (identifier) @hides @rebinds .))
(assignment left: (identifier) @typing.name type: (type) @typing.type) @typing
(assignment left: (attribute object: (identifier)) @typing.name type: (type) @typing.type) @typing
(assignment left: (identifier) @typing.name right: (call function: [(identifier) (attribute)] @typing.call)) @typing
(assignment left: (identifier) @typing.name right: (await (call function: [(identifier) (attribute)] @typing.call))) @typing
(assignment left: (identifier) @typing.name right: [(identifier) (attribute)] @typing.same) @typing
(assignment left: (attribute object: (identifier)) @typing.name right: (call function: [(identifier) (attribute)] @typing.call)) @typing
(assignment left: (attribute object: (identifier)) @typing.name right: (await (call function: [(identifier) (attribute)] @typing.call))) @typing
(assignment left: (attribute object: (identifier)) @typing.name right: [(identifier) (attribute)] @typing.same) @typing
(named_expression name: (identifier) @typing.name value: (call function: [(identifier) (attribute)] @typing.call)) @typing
(as_pattern
  (call function: [(identifier) (attribute)] @typing.call)
  alias: (as_pattern_target (identifier) @typing.name)) @typing
(as_pattern
  (await (call function: [(identifier) (attribute)] @typing.call))
  alias: (as_pattern_target (identifier) @typing.name)) @typing
; Names and values apart: a pattern for both would match each name with each value.
(assignment left: (pattern_list (identifier) @typing.name)) @typing
(assignment left: (pattern_list) right: (expression_list [(identifier) (attribute)] @typing.same)) @typing
(assignment left: (pattern_list) right: (expression_list (call function: [(identifier) (attribute)] @typing.call))) @typing
(assignment left: (pattern_list (tuple_pattern (identifier) @typing.name))
  right: (expression_list (tuple [(identifier) (attribute)] @typing.same))) @typing
(assignment left: (pattern_list (tuple_pattern (tuple_pattern (identifier) @typing.name)))
  right: (expression_list (tuple (tuple [(identifier) (attribute)] @typing.same)))) @typing
(assignment left: (tuple_pattern (identifier) @typing.name)) @typing
(assignment left: (tuple_pattern) right: (tuple [(identifier) (attribute)] @typing.same)) @typing
(assignment left: (tuple_pattern (tuple_pattern (identifier) @typing.name))
  right: (tuple (tuple [(identifier) (attribute)] @typing.same))) @typing
(assignment left: (tuple_pattern (tuple_pattern (tuple_pattern (identifier) @typing.name)))
  right: (tuple (tuple (tuple [(identifier) (attribute)] @typing.same)))) @typing
(assignment left: (pattern_list (list_splat_pattern) @typing.rest) right: (expression_list)) @typing
(assignment left: (identifier) @typing.chained right: (assignment))
(assignment left: (identifier) @hides)
(assignment left: (identifier) @reassigns
  right: [(list) (dictionary) (set) (tuple) (string) (integer) (float) (binary_operator) (list_comprehension)
    (dictionary_comprehension) (set_comprehension) (generator_expression) (subscript)])
(pattern_list (identifier) @hides)
(tuple_pattern (identifier) @hides)
(named_expression name: (identifier) @hides)
(as_pattern_target (identifier) @hides)
(except_clause (as_pattern (as_pattern_target (identifier) @rebinds)))
(for_statement left: (identifier) @hides @rebinds)
(function_definition return_type: (type) @returns.type)
(return_statement (call function: [(identifier) (attribute)] @returns.call))
(return_statement [(identifier) (attribute)] @returns.same)

; Imports
(import_statement) @import
(import_from_statement) @import
(ERROR) @error
