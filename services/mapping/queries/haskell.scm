(data_type name: (_) @name constructors: (data_constructors constructor: (data_constructor (record)))) @definition.struct
(data_type name: (_) @name) @definition.enum
(newtype name: (_) @name) @definition.struct
(type_synonym name: (_) @name) @definition.type
(declarations (type_family name: (_) @name) @definition.type)
(declarations (data_family name: (_) @name) @definition.type)
(class name: (_) @name) @definition.class
(class_declarations (type_family name: (_) @name) @definition.type)
(instance patterns: (type_patterns . [(name) @name (parens (apply constructor: (name) @name)) (list) @name])) @impl
(data_constructor [(prefix name: (_) @definition.member @name) (record name: (_) @definition.member @name)])
(gadt_constructor name: (_) @definition.member @name)
(newtype_constructor name: (_) @definition.member @name)
(field name: (field_name) @definition.field @name)
(declarations (signature name: (_) @name) @definition.clause)
(declarations (signature names: (binding_list name: (_) @definition.clause @name)))
(class_declarations (signature name: (_) @name) @definition.clause)
(class_declarations (signature names: (binding_list name: (_) @definition.clause @name)))
(declarations [(function name: (_) @name) (bind name: (_) @name)] @definition.clause)
(declarations (function (infix operator: (_) @name)) @definition.clause)
(class_declarations [(function name: (_) @name) (bind name: (_) @name)] @definition.clause)
(instance_declarations [(function name: (_) @name) (bind name: (_) @name)] @definition.clause)
(pattern_synonym (signature synonym: (constructor) @name)) @definition.clause
(pattern_synonym (equation synonym: [
  (constructor) @name
  (apply function: (constructor) @name)
  (apply function: (apply function: (constructor) @name))])) @definition.clause
(foreign_import signature: (signature name: (_) @name)) @definition.function
(class declarations: (_) @body)
(data_type constructors: (_) @body)
(newtype constructor: (_) @body)
(function match: (_) @body)
(bind match: (_) @body)
(ERROR) @error
