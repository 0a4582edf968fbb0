"""What the domain task knows of matter and machines: physics, chemistry and engineering.

`SEEDS` are whole questions with slots, `FACTS` are lines of `term :: what it is`, one a line, by label.
"""

from __future__ import annotations

from collections.abc import Sequence

FILLERS: dict[str, Sequence[str]] = {
    "gas": ("oxygen", "nitrogen", "hydrogen", "carbon dioxide", "methane", "helium", "ammonia", "chlorine"),
    "salt": ("NaCl", "KNO3", "CaCl2", "Na2SO4", "AgNO3", "MgSO4", "KBr", "CuSO4", "Pb(NO3)2"),
    "acid": ("HCl", "acetic acid", "H2SO4", "formic acid", "HF", "benzoic acid", "HNO3"),
    "element": ("sodium", "copper", "sulfur", "zinc", "iron", "chlorine", "aluminum", "silver", "iodine"),
    "body": ("block", "ball", "car", "crate", "stone", "sled", "child on a swing", "puck"),
    "metal": ("copper", "aluminum", "steel", "brass", "silver", "lead"),
}

SEEDS: dict[str, str] = {
    "physics": """
A {body} of mass {f} kg slides down a frictionless incline of {nn}°. What is its acceleration?
A {body} is thrown straight up with a speed of {nn} m/s. How high does it rise and how long is it in the air?
A projectile leaves the ground at {nn} m/s at an angle of {nn}° above the horizontal. Find its range.
A {n}.0-kg {body} moving at {f} m/s collides {elastically|inelastically} with a {nn}-kg {body} at rest. Find the final velocities.
What force is needed to {stop a|accelerate a} {nnnn}-kg automobile moving at {nn} mi/hr in {nn} ft?
A car rounds a curve of radius {nnn} m at {nn} m/s. What coefficient of friction keeps it from skidding?
The moon's gravity is about one sixth of earth's. How would the {weight|mass|period of a pendulum|free-fall time} change there?
What is the orbital period of a satellite at an altitude of {nnn} km above the earth's surface?
A uniform {disk|hoop|solid sphere|thin rod} of mass {f} kg and radius {dec} m rolls without slipping. What is its rotational kinetic energy?
A skater pulls in her arms while spinning. What happens to her {angular momentum|angular velocity|moment of inertia}?
A spring with force constant {nnn} N/m is compressed {n} cm by a {body}. What is the maximum speed of the {body}?
A simple pendulum {f} m long swings with small amplitude. What is its period, and how would it change on a mountain?
A string fixed at both ends is {dec} m long with a fundamental frequency of {nnn} Hz. What is the speed of waves on it?
An ambulance siren of {nnn} Hz approaches an observer at {nn} m/s. What frequency is heard?
Two tuning forks of {nnn} Hz and {nnn} Hz are sounded together. How many beats per second are heard?
Light of wavelength {nnn} nm falls on two slits {dec} mm apart. How far apart are the bright fringes on a screen {f} m away?
A diffraction grating has {nnnn} lines per cm. At what angle does the second-order maximum of {sodium yellow|red|green} light appear?
Unpolarized light passes through two polarizers whose axes make an angle of {nn}°. What fraction of the intensity is transmitted?
A {converging|diverging} lens has a focal length of {nn} cm. An object is placed {nn} cm in front of it. Find the position and magnification of the image.
A concave mirror with radius of curvature {nn} cm forms an image of a candle {nn} cm away. Where is the image?
Newton's rings are observed with {sodium|mercury} light; the diameter of the {n}th dark ring is {dec} cm. Find the radius of curvature of the lens.
A ray of light enters {water|glass|diamond} at {nn}° to the normal. What is the angle of refraction, and the critical angle for total reflection?
What is the resolving power of a {telescope|microscope|grating} with aperture {n} cm for light of {nnn} nm?
What is the thickness of a {soap film|coating of magnesium fluoride|quarter-wave plate|thin air wedge} that gives destructive interference at {nnnn} angstroms?
The speed of light in a certain glass is {f} × 10^8 m/s; what is its index of refraction?
Two point charges of {n} μC and -{n} μC are {nn} cm apart. What is the electric field midway between them?
A proton moves at {f} × 10^5 m/s perpendicular to a magnetic field of {dec} T. What is the radius of its path?
A parallel-plate capacitor is charged and then disconnected. If the plates are pulled apart, the {energy|voltage|charge|field}
Two resistors of {nn} ohms and {nn} ohms are connected in {series|parallel} to a {n} V battery. What current flows from the battery?
A bar magnet is dropped through a coil of wire. The induced current, by Lenz's law,
The magnetic field at the centre of a circular loop of radius {n} cm carrying {f} A is
How much heat is needed to turn {nn} g of ice at -{n}°C into {water at|steam at} 100°C?
A {nnn} g piece of {metal} at {nnn}°C is dropped into {nnn} g of water at {nn}°C. What is the final temperature?
An ideal gas expands {isothermally|adiabatically|at constant pressure} to {n} times its volume. What happens to its temperature, entropy and internal energy?
A Carnot engine works between {nnn} K and {nnn} K and takes in {nnnn} J per cycle. How much work does it do?
A {metal} rod is {f} m long at {nn}°C. By how much does it lengthen when heated to {nnn}°C?
Photons of {nnn} nm strike a {sodium|cesium|potassium} surface with work function {f} eV. What is the maximum kinetic energy of the photoelectrons?
What is the de Broglie wavelength of {an electron|a neutron|a baseball} moving at {f} × 10^6 m/s?
A spaceship passes at {dec}c. How much {shorter does it look|slower does its clock run} to an observer on earth?
The half-life of {iodine-131|radium|cobalt-60|radon} is {f} days. What fraction of a sample is left after {nn} days?
An electron in a hydrogen atom falls from n = {n} to n = 1. What is the energy of the emitted photon in eV?
A particle in an infinite square well of width {dec} nm: what are the first two energy levels and the ground-state wave function?
The total rest energy and momentum of a {muon|pion|proton} with kinetic energy {nnn} MeV are
Why is the sky blue {and the sunset red|on a clear day}? What would it look like {on the moon|on Mars}?
What does the {color|spectrum|parallax|redshift|luminosity} of a star tell astronomers?
Which planet {has the greatest density|rotates backward|has the most moons|shows phases through a telescope}, and why?
How do astronomers know {the age of the Sun|that the universe expands|that dark matter exists|the mass of a black hole}?
Which way does the crescent {Moon|Venus} face, and when during the night can it be seen?
A bullet of {nn} g is fired into a {f}-kg wooden block hanging on a string. How high does the block swing?
How many joules of work does a {nn} horsepower engine do in {n} minutes lifting a {nnn}-lb weight?
The pressure at a depth of {nn} m in a lake, the buoyant force on a {f} m^3 log, and the fraction of an iceberg under water are computed with which principle?
A hollow sphere floats half submerged in a liquid of specific gravity {dec}. Find its density.
When you jump from an elevator that is {accelerating upward|falling freely}, a scale under your feet reads
An object moves with x(t) = {n}t^3 - {n}t. What is its velocity and acceleration at t = {n} s?
Write the Lagrangian of {a double pendulum|a bead on a rotating hoop|a particle in a central force} and derive the equations of motion.
Compared with a {sound wave in air|radio wave|light wave}, a {gamma ray|microwave|water wave} has
help with physics hw: a {nn} kg kid sits {f} m from the pivot of a seesaw, where does a {nn} kg kid sit to balance it?
Could you explain {why the tides come twice a day|how a rainbow forms|why astronauts float|what spin is|how a laser works|why time slows near a black hole}?
The binding energy per nucleon of {helium-4|iron-56|uranium-235} and the energy released in {fission|fusion} are computed from
""",
    "chemistry": """
How many grams of {salt} are needed to prepare {nnn} mL of a {dec} M solution?
What volume does {f} moles of {gas} occupy at {nn}°C and {dec} atm?
{nn} mL of {dec} M {acid} is titrated with {dec} M NaOH. What is the pH at the equivalence point?
Calculate the pH of a {dec} M solution of {acid} with Ka = {f} × 10^-5.
A buffer contains {dec} M acetic acid and {dec} M sodium acetate. What happens to the pH when {n} mL of strong base is added?
Balance the equation {Fe + O2 → Fe2O3|C3H8 + O2 → CO2 + H2O|Al + HCl → AlCl3 + H2|KClO3 → KCl + O2|MnO4- + Fe2+ → Mn2+ + Fe3+} and name the oxidizing agent.
A compound contains {nn}.{n}% carbon, {n}.{n}% hydrogen and the rest oxygen. What are its empirical and molecular formulas?
How many grams of {element} can be obtained from {nn} g of its {oxide|chloride|sulfide}? Atomic weights are given.
What is the oxidation number of {sulfur in H2SO4|chromium in K2Cr2O7|manganese in KMnO4|nitrogen in NH4+|phosphorus in H3PO4}?
The standard reduction potentials of {zinc and copper|silver and nickel|iron and cadmium} are given. What is the emf of the galvanic cell when the ion concentration is {dec} M?
How long must a current of {f} amperes flow to deposit {f} g of {copper|silver|nickel|chromium} at the cathode?
The solubility product of {AgCl|BaSO4|CaF2|PbI2|Mg(OH)2} is {f} × 10^-10. Find its solubility in pure water and in {dec} M common ion.
At equilibrium {N2 + 3H2 ⇌ 2NH3|2SO2 + O2 ⇌ 2SO3|H2 + I2 ⇌ 2HI|N2O4 ⇌ 2NO2}. How does raising the {pressure|temperature|concentration of a reactant} shift it?
The rate constant of a {first|second}-order decomposition is {dec} s^-1. How long until {nn}% of the {N2O5|hydrogen peroxide|azomethane} has reacted?
The rate doubles when the temperature rises from {nnn} K to {nnn} K. What is the activation energy in kJ/mol?
Given the heats of formation of {CO2|water|methane|ethanol}, compute the enthalpy of combustion of {f} g of fuel.
Calculate ΔG° at 298 K for a reaction with ΔH° = -{nn} kJ/mol and ΔS° = {nn} J/(mol K). Is it spontaneous?
Adding {nn} g of a nonelectrolyte to {nnn} g of {water|benzene|camphor} lowers the freezing point by {f}°C. What is its molecular weight?
The vapor pressure of {water|ethanol|benzene|toluene} is {nnn} torr at {nn}°C. Estimate it at {nn}°C using the Clausius-Clapeyron equation.
The osmotic pressure of a {protein|sucrose|polymer} solution at {nn}°C is {dec} atm. What is the molar mass?
Which of the following molecules has {a tetrahedral|a trigonal planar|a bent|an octahedral|a linear} geometry: {CH4, BF3, H2O|SF6, CO2, NH3}?
Which electron configuration belongs to {a noble gas|a transition metal ion|an excited atom|phosphorus|Fe3+}?
What set of quantum numbers (n, l, ml, ms) is possible for an electron in a {3d|4f|2p|5s} orbital?
Arrange {Na, Mg, Al, Si|F, Cl, Br, I|Li, Na, K, Rb|O2-, F-, Na+, Mg2+} in order of increasing {radius|ionization energy|electronegativity}.
Which compound is the {strongest acid|most soluble in water|most volatile|best reducing agent}: {HF, HCl, HBr, HI|ethanol, ether, hexane|phenol, ethanol, acetic acid}?
Draw the Lewis structure of {ozone|the nitrate ion|sulfur dioxide|carbon monoxide|XeF4} and give formal charges and resonance forms.
What type of bonding holds together {solid iodine|diamond|sodium chloride|ice|copper|dry ice}?
Name the product when {2-butene reacts with HBr|benzene is nitrated|an alcohol is oxidized with chromic acid|a Grignard reagent attacks acetone|an ester is hydrolyzed}.
How would you distinguish {an aldehyde from a ketone|1-butyne from 2-butyne|a primary from a tertiary alcohol|cis from trans isomers} by a chemical test or IR spectrum?
How many stereoisomers does {2,3-dibromobutane|tartaric acid|3-chloro-2-pentanol} have, and which are optically active?
In the 1H NMR spectrum of {ethyl acetate|isopropanol|toluene|propanal}, how many signals appear and with what splitting?
An unknown shows an M+ peak at m/z {nnn} and a strong IR band at {nnnn} cm^-1. Propose a structure.
What is the bond order and magnetic behavior of {O2|N2+|NO|B2|He2+} according to molecular orbital theory?
The rotational constant of {HCl|CO|HBr} is given; compute the bond length and the first lines of the microwave spectrum.
Treat the π electrons of {butadiene|hexatriene|benzene} by the Hückel method and find the energies.
Use the {Boltzmann distribution|partition function|Debye-Hückel law|Arrhenius equation|van der Waals equation} to estimate the {heat capacity|activity coefficient|rate|pressure} of the sample.
A mixture of {gas} and {gas} in a {n}.0-L flask has a total pressure of {f} atm. What are the partial pressures and mole fractions?
How many times faster does {gas} effuse than sulfur dioxide?
A sample of {hydrate|limestone|brass ore|vinegar|antacid} weighing {f} g is analysed by {gravimetry|back titration|heating to constant mass}. What is the percentage of the active component?
Find the normality of {nnn} mL solution containing {n} g of {H2SO4|Ca(OH)2|H3PO4}.
The nucleus {238U|226Ra|14C|40K} decays by {alpha|beta} emission. Write the nuclear equation of the daughter nuclide.
In a {simple cubic|body-centered cubic|face-centered cubic} crystal of {element} the unit cell edge is {nnn} pm. Calculate the density and atomic radius.
Which indicator is suitable for titrating {a weak acid with a strong base|ammonia with HCl}: {phenolphthalein|methyl orange|bromothymol blue}?
What precautions are needed when {diluting concentrated sulfuric acid|working with sodium metal|heating a test tube|disposing of silver nitrate} in the laboratory?
Complex ions such as {[Co(NH3)6]3+|[Fe(CN)6]4-|[Cu(NH3)4]2+|[Ni(CO)4]}: give the coordination number, name and number of unpaired electrons.
Why {is water a polar solvent|does salt melt ice|does iron rust faster near the sea|do soaps remove grease|do noble gases hardly react}?
i don't understand {limiting reagents|molarity vs molality|half-reactions|hybridization|Le Chatelier|SN1 vs SN2}, can you walk me through an example?
What is produced industrially by the {Haber|contact|Solvay|Ostwald|Bayer|Hall} process and which catalysts and conditions are used?
One mole of an ideal gas at {nnn} K expands {reversibly|irreversibly} from {n} L to {nn} L. Calculate q, w, ΔU and ΔS.
The molar heat capacity of {a monatomic gas|graphite|liquid water} is {nn} J/(K mol). Find the entropy change on heating from {nnn} K to {nnn} K.
The diffusion-limited mobility, transport number and limiting molar conductivity of {K+|H+|Cl-} in water are used to compute
A {nn} mL sample of sodium thiosulfate was needed to titrate the iodine from {dec} g of {copper ore|bleach}. What is the percent available?
How many {atoms|molecules|moles} are there in {nn} g of {gas}?
The EPR spectrum of a radical shows hyperfine splitting of {f} mT at a microwave frequency of {f} GHz. What is its g-value, and what is the magnetogyric ratio effect of the field in NMR?
""",
    "engineering": """
Steam enters a turbine at {nnn} psia and {nnn}°F and leaves at {n} psia with a quality of {dec}. What is the turbine work per pound and its isentropic efficiency?
Air is compressed in a {polytropic|reversible adiabatic|two-stage} compressor from {nn} psia to {nnn} psia. Calculate the horsepower required for a mass flow of {nn} lbm/min.
A Rankine cycle uses a boiler pressure of {nnn} psia and a condenser pressure of {n} psia. Determine the thermal efficiency and the pump work.
An {Otto|diesel|Brayton|air-standard} cycle has a compression ratio of {n}. Air enters at {nn} psia and {nn}°F. Compute the temperature at each point and the mean effective pressure.
A refrigerator using {Freon-12|ammonia|R-134a} removes {nn} tons of refrigeration. Find the coefficient of performance and the compressor displacement.
Moist air at {nn}°F and {nn}% relative humidity is cooled in an air conditioner. Find the dew point, specific humidity and heat removed per lbm of dry air.
A rigid tank of {nn} ft^3 holds saturated water vapor at {nnn} psia. It is cooled until half condenses. Use the steam tables to find the heat transfer.
Water flows through a {n}-in. {pipe|nozzle|venturi|orifice} at {nn} ft/s. The manometer shows {nn} in. of mercury. What is the pressure drop and the discharge coefficient?
Oil with a viscosity of {n} poise flows in a {laminar|turbulent} regime in a {n} cm tube. Compute the Reynolds number, friction factor and head loss per {nnn} ft.
A {sluice gate|dam|circular gate} {n} ft wide holds back {nn} ft of water. Determine the hydrostatic force and the centre of pressure.
A {centrifugal pump|Pelton wheel|Francis turbine} delivers {nnn} gpm against a head of {nn} ft. What is the specific speed and the brake power?
Air at Mach {f} passes through a normal shock in a {converging-diverging nozzle|supersonic wind tunnel}. Find the stagnation pressure ratio downstream.
A flat plate of length {n} ft is exposed to an air stream of {nn} ft/s. Estimate the boundary-layer thickness, the drag and the average heat-transfer coefficient.
A furnace wall consists of {nn} cm of firebrick and {n} cm of insulation. The inner surface is at {nnn}°C. Calculate the heat loss per square metre and the interface temperature.
A {shell-and-tube|counterflow|double-pipe} heat exchanger cools {nnnn} lb/hr of oil. With an overall coefficient U of {nn} Btu/hr-ft2-°F, what area and log mean temperature difference are needed?
Two large parallel plates at {nnn}°F and {nnn}°F have emissivities of {dec} and {dec}. What is the net radiant heat exchange with a radiation shield between them?
A fin of {metal} protrudes from a wall at {nnn}°C into air at {nn}°C with h = {nn} W/m2K. Determine the fin efficiency and heat dissipated.
A steel ball at {nnn}°F is quenched in an oil bath. Is the lumped capacitance method valid (Biot number), and when will the centre reach {nnn}°F?
{Ammonia|Carbon dioxide|Acetone|Water vapor} diffuses through a stagnant film of air {dec} in. thick. Calculate the molar flux and the mass transfer coefficient from the Sherwood number.
In a packed absorption tower {SO2|ammonia} is scrubbed with water. How many transfer units are needed to remove {nn}% of the solute?
A wetted-wall column, a distillation tray, and a {fluidized bed|packed bed} of catalyst particles: estimate the {pressure drop|mass flux|height of a transfer unit}.
A helical spring of mean coil diameter {n} in. and wire diameter {dec} in. supports {nnn} lb. Find the torsional stress, the deflection and the spring rate.
A shaft transmits {nn} hp at {nnn} rpm and is keyed to a pulley. Using the ASME code with shock factors, determine its diameter.
A {spur|helical|bevel|worm} gear pair has a diametral pitch of {n}, {nn} teeth on the pinion and transmits {nn} hp. Check the tooth for Lewis bending and wear loads.
A {journal|ball|roller} bearing carries a radial load of {nnnn} lb at {nnn} rpm. What is the rated life in hours (or the Sommerfeld number)?
Design a {riveted|welded|bolted} joint between two plates {dec} in. thick for a tensile load of {nnnn} lb with a factor of safety of {n}.
A {band|disk|cone} clutch or brake with coefficient of friction {dec} must absorb {nn} hp. What axial force and lining area are required?
A simply supported steel beam {nn} ft long carries a {uniform|concentrated} load of {nnnn} lb. Compute the maximum bending stress, shear and deflection.
Determine the critical Euler load of a {pinned|fixed-ended} column with slenderness ratio {nn} and modulus 30 × 10^6 psi.
In the RLC circuit shown, R = {nn} ohm, L = {dec} H and C = {nn} μF. Find i(t) for t > 0 when the switch closes, using the Laplace transform.
Use {Thevenin's theorem|Norton's theorem|mesh analysis|nodal analysis|superposition} to find the current through the {nn} ohm load resistor in a network with a {nn} V source and a dependent source.
A series circuit has a resonant frequency of {nnn} kHz and a Q of {nn}. What are its bandwidth and half-power frequencies?
Find the transfer function, poles and zeros of the two-port network with h-parameters {n}, {dec}, {nn}.
The unit impulse response of a linear system is h(t) = e^(-{n}t)u(t). Find the output for a {step|ramp|sinusoidal} input by convolution.
A feedback control system has open-loop gain K/(s(s+{n})(s+{n})). Use the {Routh criterion|Nyquist plot|root locus|Bode plot} to find the range of K for stability.
A {nn} kVA, {nnnn}/220 V transformer has core losses of {nnn} W. From the open-circuit and short-circuit tests find the efficiency and voltage regulation at {dec} power factor lagging.
A {shunt|series|compound} dc motor rated {nn} hp, {nnn} V draws {nn} A with armature resistance {dec} ohm. What is the counter emf, the speed and the torque developed?
A three-phase, {n}-pole, 60-cycle induction motor runs with a slip of {n} percent. What are the rotor speed, rotor frequency and rotor copper loss?
A synchronous {generator|motor} rated {nnnn} kVA at unity power factor has a synchronous reactance of {f} ohm per phase. Find the generated voltage and the torque angle.
Lap winding and wave winding in the armature of a {dc generator|dynamo}: how many parallel paths does a {n}-pole machine have, and how is commutation improved?
A common-emitter amplifier uses a transistor with β = {nn}. Choose the bias resistors and find the voltage gain and the input impedance.
An op-amp circuit with feedback resistor {nn} kΩ and input resistor {n} kΩ is an {inverting amplifier|integrator|summer}. What is its output?
Which of the following is true of a {thyristor|SCR|zener diode|MOSFET|UJT|varactor|photodiode|tunnel diode}?
A {half-wave|full-wave|bridge} rectifier feeds a load of {nnnn} ohms with a filter capacitor. What is the ripple voltage and the peak inverse voltage?
The {8085 microprocessor|JK flip-flop|4-bit counter|multiplexer|shift register|NAND gate}: how many {states|address lines|gates} does it need?
An AM transmitter radiates {nn} kW with the carrier modulated to {nn} percent. What is the power in each sideband?
A carrier of {nn} MHz is frequency modulated by a {n} kHz tone with a deviation of {nn} kHz. What is the modulation index and the bandwidth by Carson's rule?
A superheterodyne receiver with an IF of 455 kHz is tuned to {nnn} kHz. What are the local oscillator and image frequencies?
A channel with bandwidth {n} kHz and a signal-to-noise ratio of {nn} dB: what is the capacity, and how does PCM quantization noise with {n} bits compare?
A receiver has a noise figure of {n} dB and a bandwidth of {nnn} kHz. Compute the equivalent noise temperature and the thermal noise voltage.
A lossless transmission line of characteristic impedance {nn} ohms ends in a load of {nnn} + j{nn} ohms. Calculate the reflection coefficient, the VSWR and the stub length for matching.
A rectangular waveguide {f} cm by {f} cm carries a TE10 wave. What is the cutoff frequency, guide wavelength and phase velocity?
A half-wave dipole antenna with a gain of {f} dB radiates {nn} W. Find the field strength and the effective aperture at {nn} km.
Find the capacitance per unit length of a coaxial cable with dielectric constant {f}, and use Gauss's law to find D and E in each region.
Given the field E = {n}xy a_x - {n}z a_y V/m, compute its divergence, curl and the charge density using Maxwell's equations.
A uniform plane wave at {nnn} MHz propagates in {copper|sea water|a lossy dielectric}. Determine the attenuation constant, skin depth and intrinsic impedance.
The {moving iron|moving coil|dynamometer|rectifier type} instrument is used to measure {ac voltage|power|energy}; what are its errors and damping?
Which material is used for {transformer cores|heating elements|fuses|brushes in dc machines|overhead line conductors|permanent magnets|commutator segments} and why?
For a {stepper motor|servo motor|hysteresis motor|universal motor}, which application is typical?
An electrostatic precipitator, circuit breaker, lightning arrester and relay: which one protects {a transmission line|a transformer} against {surges|overload}?
Explain the {heat treatment|fatigue failure|creep|corrosion|hardening} of {carbon steel|cast iron|an aluminium alloy} and its iron-carbon phase diagram.
A concrete mix for a {bridge deck|foundation|retaining wall} must reach {nn} MPa. How should the water-cement ratio and reinforcement be chosen?
can you help me size {a heat sink for a voltage regulator|a pump for my garden fountain|a beam for a loft floor|a motor for a conveyor belt|cables for a solar inverter}?
How does a {PID controller|jet engine|hydraulic press|heat pump|differential gear|three-phase system|cooling tower|lithium battery pack} work, and what limits its efficiency?
A dynamic system of mass {nn} lb, spring {nnn} lb/in. and dashpot is excited at {nn} Hz. What is the damping ratio and the force transmitted to the foundation?
A two-terminal quarter-wave transformer, the Smith chart and image impedances of a {T-section filter|constant-k low-pass filter}: design it for a cutoff of {n} kHz.
Sampling a signal band-limited to {n} kHz: what is the Nyquist rate, and how many {channels can be time multiplexed|bits per second are produced}?
A nuclear reactor coolant, an adiabatic throttling valve and a steam power plant condenser: apply the first law for steady flow to find the exit enthalpy at {nnn} psia.
""",
}

FACTS: dict[str, str] = {
    "physics": """
Newton's third law :: the rule that every force has an equal and opposite partner
inertia :: the tendency of a body to keep its state of motion
the coefficient of static friction :: the ratio of the largest friction force to the normal force before slipping
impulse :: the product of force and the time for which it acts
torque :: force times lever arm about an axis
centripetal acceleration :: the inward acceleration of a body moving in a circle
escape velocity :: the least speed needed to leave a planet for good
Kepler's second law :: the statement that a planet sweeps equal areas in equal times
simple harmonic motion :: oscillation under a restoring force proportional to displacement
resonance :: large oscillation when the driving frequency matches the natural frequency
the Doppler effect :: the change of observed frequency when source and observer move
a standing wave :: a pattern of fixed nodes made by two opposite waves
diffraction :: the bending of waves around obstacles and through slits
Brewster's angle :: the incidence at which reflected light is fully polarized
birefringence :: the splitting of light into ordinary and extraordinary rays in a crystal
chromatic aberration :: the failure of a lens to focus all colors at one point
spherical aberration :: the blur from marginal and paraxial rays meeting at different points
a Fabry-Perot etalon :: an interferometer of two parallel partially silvered plates
the Michelson interferometer :: an instrument that splits a light beam with a half-silvered mirror
Rayleigh's criterion :: the limit at which two diffraction images can just be told apart
coherence length :: the path difference over which light can still interfere
total internal reflection :: the complete reflection of light at a denser-to-rarer boundary
Coulomb's law :: the inverse-square force between two charges
Faraday's law :: the rule that changing magnetic flux induces an emf
Ampere's law :: the relation between a current and the magnetic field that circles it
displacement current :: Maxwell's term for a changing electric flux
the Hall effect :: the transverse voltage across a current carrier in a magnetic field
an electric dipole :: a pair of equal and opposite charges a small distance apart
the Lorentz force :: the force on a charge moving through electric and magnetic fields
superconductivity :: the vanishing of electrical resistance at very low temperature
specific heat :: the heat needed to warm a unit mass by one degree
latent heat :: the heat absorbed in melting or boiling without a temperature change
entropy :: the measure of disorder that never falls in an isolated system
blackbody radiation :: the thermal spectrum emitted by a perfect absorber
Wien's displacement law :: the rule that hotter bodies peak at shorter wavelengths
the photoelectric effect :: the ejection of electrons from metal by light
Compton scattering :: the lengthening of x-ray wavelength after collision with an electron
the uncertainty principle :: the limit on knowing position and momentum together
quantum tunneling :: the passing of a particle through a barrier it cannot climb
the Pauli exclusion principle :: the ban on two fermions sharing one quantum state
a quark :: a fractionally charged constituent of protons
a neutrino :: a nearly massless neutral lepton from beta decay
antimatter :: matter made of positrons and antiprotons
time dilation :: the slowing of a moving clock seen by a resting observer
a supernova :: the explosive death of a massive star
a neutron star :: a collapsed stellar core with the density of a nucleus
a white dwarf :: the earth-sized remnant of a sun-like star
the cosmic microwave background :: the relic radiation of the big bang
the Hertzsprung-Russell diagram :: the plot of stellar luminosity against temperature
the asteroid belt :: the zone of rocky bodies between Mars and Jupiter
a lunar eclipse :: the passage of the full moon through the earth's shadow
the ecliptic :: the apparent yearly path of the sun among the stars
Archimedes' principle :: the rule that buoyancy equals the weight of displaced fluid
Bernoulli's principle :: the fall of fluid pressure where speed rises
Hooke's law :: the proportionality of spring force to stretch
a Foucault pendulum :: a swinging weight that reveals the earth's rotation
precession :: the slow turning of a gyroscope's axis
the Coriolis force :: the apparent deflection of moving air on a rotating earth
half-life :: the time in which half of a radioactive sample decays
mass defect :: the difference between a nucleus's mass and the sum of its nucleons
an isothermal process :: a change of state at constant temperature
terminal velocity :: the constant speed of a falling body when drag balances weight
conservation of momentum :: the constancy of total mv in the absence of external forces
the moment of inertia :: the resistance of a body to angular acceleration
a geostationary orbit :: the path of a satellite that hovers above one point of the equator
a cyclotron :: an accelerator that spirals charged particles in a magnetic field
""",
    "chemistry": """
a mole :: the amount of substance with Avogadro's number of particles
molality :: the number of moles of solute per kilogram of solvent
the limiting reagent :: the reactant that is used up first
an isotope :: an atom of the same element with a different number of neutrons
electronegativity :: the pull of a bonded atom on shared electrons
ionization energy :: the energy needed to remove an electron from a gaseous atom
hybridization :: the mixing of atomic orbitals into equivalent bonding orbitals
a coordinate covalent bond :: a bond whose two electrons come from one atom
hydrogen bonding :: the attraction between N-H, O-H or F-H groups and lone pairs
London dispersion forces :: the weak attractions from momentary dipoles
an allotrope :: a different structural form of the same element such as graphite or diamond
a Lewis acid :: an electron-pair acceptor
a conjugate base :: what remains after an acid gives up a proton
an amphoteric oxide :: an oxide that reacts with both acids and bases
a buffer solution :: a mixture of weak acid and its salt that resists pH change
the equivalence point :: the moment of a titration when acid and base match exactly
Le Chatelier's principle :: the shift of an equilibrium against an imposed stress
the common ion effect :: the lowering of a salt's solubility by an ion already present
a catalyst :: a substance that speeds a reaction by lowering its activation energy
the rate-determining step :: the slowest elementary step of a mechanism
a zero-order reaction :: a reaction whose rate does not depend on concentration
Hess's law :: the rule that heats of reaction add whatever the path
enthalpy of formation :: the heat change on making one mole of compound from its elements
Gibbs free energy :: the function whose decrease marks a spontaneous change at constant pressure
Raoult's law :: the proportionality of vapor pressure to solvent mole fraction
an azeotrope :: a liquid mixture that boils at constant composition
Henry's law :: the proportionality of dissolved gas to its partial pressure
Graham's law :: the inverse dependence of effusion rate on the square root of molar mass
a colloid :: a dispersion of particles that scatter light but do not settle
chromatography :: the separation of a mixture by different travel through a stationary phase
the Nernst equation :: the dependence of cell potential on concentrations
electrolysis :: the decomposition of a compound by electric current
a salt bridge :: the tube of electrolyte that joins two half-cells
galvanization :: the coating of iron with zinc against corrosion
a ligand :: a molecule or ion bound to a central metal atom
crystal field splitting :: the separation of d-orbital energies by surrounding ligands
an alkane :: a saturated hydrocarbon with only single bonds
an aromatic compound :: a ring with 4n + 2 delocalized pi electrons
Markovnikov's rule :: the rule that hydrogen adds to the carbon with more hydrogens
SN2 substitution :: a one-step displacement with inversion of configuration
a carbocation :: a positively charged three-bonded carbon intermediate
an enantiomer :: a non-superimposable mirror image of a molecule
a racemic mixture :: an equal mix of left- and right-handed molecules
saponification :: the base hydrolysis of fat to soap
esterification :: the condensation of an alcohol and a carboxylic acid
the Diels-Alder reaction :: the cycloaddition of a diene and a dienophile
polymerization :: the linking of monomers into long chains
a Grignard reagent :: an organomagnesium halide used to form carbon-carbon bonds
infrared spectroscopy :: the identification of functional groups by bond vibrations
mass spectrometry :: the sorting of ionized fragments by mass-to-charge ratio
chemical shift :: the position of an NMR signal relative to TMS
the Aufbau principle :: the filling of atomic orbitals from lowest energy up
Hund's rule :: the rule that degenerate orbitals fill singly with parallel spins
the halogens :: the group of fluorine, chlorine, bromine and iodine
the lanthanides :: the elements in which 4f orbitals fill
a noble gas :: an element with a full outer shell such as argon
lattice energy :: the energy released when gaseous ions form a crystal
the triple point :: the temperature and pressure where three phases coexist
fractional distillation :: the separation of liquids by their boiling points
a precipitate :: an insoluble solid that forms from solution
oxidation :: the loss of electrons by a species
the Bohr radius :: the size of the smallest electron orbit in hydrogen
Dalton's law :: the additivity of partial pressures in a gas mixture
a zwitterion :: a molecule with both positive and negative charges such as an amino acid
radiocarbon :: the isotope of mass 14 formed from nitrogen
X-ray diffraction of crystals :: the method of finding unit cells and bond lengths from Bragg reflections
""",
    "engineering": """
Kirchhoff's current law :: the rule that currents into a circuit node sum to zero
Thevenin equivalent :: one source and one series resistance that replace a linear network
the power factor :: the cosine of the phase angle between voltage and current in an ac load
slip :: the difference between synchronous and rotor speed of an induction motor
armature reaction :: the distortion of a machine's main field by armature current
the commutator :: the segmented ring that reverses armature current in a dc machine
hysteresis loss :: the energy wasted in a transformer core each magnetizing cycle
an autotransformer :: a transformer with a single tapped winding
a flip-flop :: a bistable logic circuit that stores one bit
the zener diode :: a diode used in reverse breakdown as a voltage reference
the common-mode rejection ratio :: the ability of a differential amplifier to ignore equal inputs
pulse-code modulation :: the coding of sampled signal levels as binary words
frequency-division multiplexing :: the sharing of a link by giving each channel its own band
single-sideband transmission :: amplitude modulation with one sideband and the carrier suppressed
the standing wave ratio :: the ratio of maximum to minimum voltage along a mismatched line
the skin depth :: the distance in which a wave decays inside a conductor
a Bode plot :: a graph of gain in decibels and phase against log frequency
the gain margin :: the extra gain a feedback loop can take before it oscillates
a PID controller :: a regulator acting on the error, its integral and its derivative
the root locus :: the paths of closed-loop poles as the gain varies
the Laplace transfer function :: the ratio of output to input transforms of a linear system
the Nyquist sampling rate :: twice the highest frequency of a band-limited signal
the Rankine cycle :: the ideal cycle of a steam power plant
the Brayton cycle :: the ideal cycle of a gas turbine
isentropic efficiency :: the ratio of actual turbine work to that of a reversible adiabatic one
the quality of steam :: the vapor fraction by mass of a wet mixture
an intercooler :: the exchanger that cools air between compressor stages
the Reynolds number :: the ratio of inertial to viscous forces in a flow
the Nusselt number :: the dimensionless convective heat-transfer coefficient
the Prandtl number :: the ratio of momentum to thermal diffusivity
the Biot number :: the ratio of internal conduction to surface convection resistance
a counterflow heat exchanger :: an exchanger whose two streams run in opposite directions
Fourier's law of conduction :: the proportionality of heat flux to temperature gradient in a wall
Fick's law :: the proportionality of mass flux to concentration gradient
cavitation :: the forming and collapse of vapor bubbles in a pump
water hammer :: the pressure surge when a valve in a pipeline is shut suddenly
the boundary layer :: the thin region near a wall where viscosity slows the flow
the friction factor :: the coefficient that gives head loss in a pipe
a weir :: a notch over which open-channel flow is measured
the hydraulic jump :: the sudden rise from supercritical to subcritical channel flow
a venturi meter :: a converging tube that measures flow by pressure difference
Young's modulus :: the ratio of stress to strain in the elastic range of a bar
the yield strength :: the stress at which a metal begins to deform permanently
fatigue :: the failure of a part under repeated loads below its strength
creep :: the slow deformation of a hot part under steady stress
the factor of safety :: the ratio of failure load to working load
stress concentration :: the local rise of stress at a notch or hole
the neutral axis :: the line of zero bending stress in a beam
buckling :: the sudden sideways failure of a slender column
a spur gear :: a toothed wheel with straight teeth parallel to its shaft
a flywheel :: a heavy rotor that evens out the speed of an engine
a cam follower :: a part that turns rotary motion into a set lift
annealing of steel :: slow cooling after heating to soften and relieve stress
martensite :: the hard phase made by quenching austenite
prestressed concrete :: concrete compressed by tensioned tendons before loading
the shear diagram :: the plot of internal transverse force along a beam
a thyristor :: a four-layer switch that latches on after a gate pulse
the Smith chart :: a chart of reflection coefficients for matching lines
a waveguide mode :: a field pattern that propagates in a hollow metal tube
a MOSFET :: a transistor controlled by the voltage on an insulated gate
Gauss's law for a coaxial cable :: the rule that gives radial flux density from the charge per metre of the inner conductor
the synchronous condenser :: an overexcited motor without load that corrects power factor
a circuit breaker :: a device that opens a faulted line automatically
the moving-coil meter :: an instrument whose pointer is turned by current in a permanent magnet field
""",
}
